import { expect, it } from "vitest";
import { isOwnGroup } from "../../../src/kube/own-group.ts";

it.each(["", "apps", "extensions", "storage.k8s.io", "flowcontrol.apiserver.k8s.io"])(
  "%j is Kubernetes' own",
  (group) => {
    expect(isOwnGroup(group)).toBe(true);
  },
);

it.each(["gateway.networking.k8s.io", "snapshot.storage.k8s.io", "metrics.k8s.io", "example.com"])(
  "%s may be defined by an add-on",
  (group) => {
    expect(isOwnGroup(group)).toBe(false);
  },
);
