import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../../../src/kube/object-ref.ts";
import { goesLater, isBeingCollected } from "../../../../src/trial/leftovers/going-objects.ts";

const object = (kind: string, metadata: KubeObject["metadata"], more: Partial<KubeObject> = {}): KubeObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name: "a", ...metadata },
  ...more,
});
const none = new Set<string>();

describe("isBeingCollected", () => {
  it("is true for Endpoints of the controller, and not for Endpoints that somebody else has created", () => {
    const labels = { "endpoints.kubernetes.io/managed-by": "endpoint-controller" };
    expect(isBeingCollected(object("Endpoints", { labels }), none)).toBe(true);
    expect(goesLater(object("Endpoints", { labels }))).toBe(true);
    expect(isBeingCollected(object("Endpoints", {}), none)).toBe(false);
    expect(goesLater(object("Endpoints", {}))).toBe(false);
  });

  it("is true for what is deleted or whose owners are gone, and not for what has an owner or never had one", () => {
    const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: "1" }];
    expect(isBeingCollected(object("Pod", { deletionTimestamp: "2026-01-01T00:00:00Z" }), none)).toBe(true);
    expect(isBeingCollected(object("Pod", { ownerReferences }), none)).toBe(true);
    expect(isBeingCollected(object("Pod", { ownerReferences }), new Set(["1"]))).toBe(false);
    expect(isBeingCollected(object("Pod", {}), none)).toBe(false);
  });
});

describe("goesLater", () => {
  it("is true for a Job with a time to live that has ended", () => {
    const status = { conditions: [{ type: "Complete", status: "True" }] };
    const spec = { ttlSecondsAfterFinished: 3600 };
    expect(goesLater(object("Job", {}, { spec, status }))).toBe(true);
    expect(goesLater(object("Job", {}, { spec }))).toBe(false);
    expect(goesLater(object("Job", {}, { status }))).toBe(false);
  });
});
