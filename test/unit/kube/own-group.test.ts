import { expect, it } from "vitest";
import { isOwnGroup } from "../../../src/kube/own-group.ts";

it.each(["v1", "apps/v1", "extensions/v1beta1", "storage.k8s.io/v1", "flowcontrol.apiserver.k8s.io/v1beta3"])(
  "%s is Kubernetes' own",
  (apiVersion) => {
    expect(isOwnGroup(apiVersion)).toBe(true);
  },
);

it.each(["gateway.networking.k8s.io/v1", "snapshot.storage.k8s.io/v1", "metrics.k8s.io/v1beta1", "example.com/v1"])(
  "%s may be defined by an add-on",
  (apiVersion) => {
    expect(isOwnGroup(apiVersion)).toBe(false);
  },
);
