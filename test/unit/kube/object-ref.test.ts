import { describe, expect, it } from "vitest";
import { groupOf, objectKey } from "../../../src/kube/object-ref.ts";

describe("groupOf", () => {
  it.each([
    ["v1", ""],
    ["apps/v1", "apps"],
    ["rbac.authorization.k8s.io/v1", "rbac.authorization.k8s.io"],
  ])("of %s is %j", (apiVersion, group) => {
    expect(groupOf(apiVersion)).toBe(group);
  });
});

describe("objectKey", () => {
  const web = { kind: "Deployment", namespace: "a", name: "web" };

  it("is the same in all versions of an API, and differs between groups", () => {
    expect(objectKey({ apiVersion: "apps/v1", ...web })).toBe("apps/Deployment/a/web");
    expect(objectKey({ apiVersion: "apps/v1beta1", ...web })).toBe("apps/Deployment/a/web");
    expect(objectKey({ apiVersion: "v1", ...web })).toBe("/Deployment/a/web");
  });

  it("takes the default namespace for a reference without one", () => {
    const { namespace: _namespace, ...rest } = web;
    expect(objectKey({ apiVersion: "apps/v1", ...rest }, "b")).toBe("apps/Deployment/b/web");
    expect(objectKey({ apiVersion: "apps/v1", ...web }, "b")).toBe("apps/Deployment/a/web");
    expect(objectKey({ apiVersion: "apps/v1", ...rest })).toBe("apps/Deployment//web");
  });
});
