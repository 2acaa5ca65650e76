import { describe, expect, it } from "vitest";
import {
  isHook,
  isKept,
  isManagedByHelm,
  isOfRelease,
  releaseOf,
  withReleaseMetadata,
} from "../../../src/helm/annotations.ts";
import type { KubeObjectMeta } from "../../../src/kube/object-ref.ts";

const release = { namespace: "shop", releaseName: "web" };

describe("withReleaseMetadata", () => {
  const metadata = withReleaseMetadata({ name: "a", labels: { app: "web" }, annotations: { note: "x" } }, release);

  it("adds Helm's label and annotations to those of the object", () => {
    expect(metadata).toEqual({
      name: "a",
      labels: { app: "web", "app.kubernetes.io/managed-by": "Helm" },
      annotations: { note: "x", "meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "shop" },
    });
  });

  it.each([["web"], [["web"]], [1], [false]])("leaves %j in place of a mapping as it is", (rendered) => {
    const broken = { labels: rendered, annotations: rendered } as unknown as KubeObjectMeta;
    expect(withReleaseMetadata(broken, release)).toEqual(broken);
  });

  it("takes null for an empty mapping", () => {
    const empty = { labels: null, annotations: null } as unknown as KubeObjectMeta;
    expect(withReleaseMetadata(empty, release)).toEqual(withReleaseMetadata({}, release));
  });

  it("makes an object of that release, and of no other", () => {
    expect(releaseOf(metadata)).toEqual(release);
    expect(isManagedByHelm(metadata)).toBe(true);
    expect(isOfRelease(metadata, release)).toBe(true);
    expect(isOfRelease(metadata, { ...release, namespace: "other" })).toBe(false);
    expect(isOfRelease(metadata, { ...release, releaseName: "other" })).toBe(false);
  });
});

describe("releaseOf", () => {
  it("is undefined when an annotation is missing", () => {
    expect(releaseOf({})).toBeUndefined();
    expect(releaseOf({ annotations: { "meta.helm.sh/release-name": "web" } })).toBeUndefined();
    expect(isOfRelease({}, release)).toBe(false);
    expect(isManagedByHelm({})).toBe(false);
  });
});

describe("isKept", () => {
  it.each([
    ["keep", true],
    ["Keep", true],
    [" keep ", true],
    ["delete", false],
    [undefined, false],
  ])("of the resource policy %j is %s", (policy, expected) => {
    expect(isKept(policy === undefined ? undefined : { "helm.sh/resource-policy": policy })).toBe(expected);
  });
});

describe("isHook", () => {
  it("is true for any event", () => {
    expect(isHook({ "helm.sh/hook": "pre-install" })).toBe(true);
    expect(isHook({ "helm.sh/hook-weight": "1" })).toBe(false);
    expect(isHook(undefined)).toBe(false);
  });
});
