import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../../src/kube/object-ref.ts";
import { type Cause, diagnose } from "../../../src/readiness/diagnose.ts";

function causesOf(claim: object, status: object = {}): Cause[] | undefined {
  const metadata = { name: "web", namespace: "demo", uid: "uid-web" };
  const spec = { resourceClaims: [{ name: "gpu", ...claim }] };
  const object: KubeObject = { apiVersion: "v1", kind: "Pod", metadata, spec, status: { phase: "Pending", ...status } };
  const ref = { apiVersion: "v1", kind: "Pod", namespace: "demo", name: "web" };
  return diagnose({ roots: [{ ref, object }], made: [], events: [], nodes: [] })[0]?.causes;
}

describe("a Pod that names a claim of a device", () => {
  it.each([
    [{ resourceClaimName: "card" }, "ResourceClaim"],
    [{ resourceClaimTemplateName: "card" }, "ResourceClaimTemplate"],
  ])("waits for it, of which the scheduler says nothing: %j", (claim, kind) => {
    expect(causesOf(claim)).toMatchObject([
      {
        message: `it is not scheduled before its ${kind} "card" exists`,
        isTerminal: false,
        missing: { kind, name: "card" },
      },
    ]);
  });

  it("no longer waits for the template when it has its claim", () => {
    const resourceClaimStatuses = [{ name: "gpu", resourceClaimName: "web-gpu" }];
    expect(causesOf({ resourceClaimTemplateName: "card" }, { resourceClaimStatuses })).toEqual([]);
  });

  it("needs the class of the device, which belongs to the cluster", () => {
    const message = "0/3 nodes are available: request gpu: device class gpu.example.com does not exist. preemption: …";
    const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }];
    expect(causesOf({ resourceClaimName: "card" }, { conditions })).toMatchObject([
      { missing: { kind: "DeviceClass", name: "gpu.example.com" } },
    ]);
  });
});
