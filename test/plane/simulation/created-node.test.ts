import { startControlPlane } from "seatrial";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LONG, podSpec, selecting, workloads } from "../../helpers/workloads.ts";

// Other tests count the nodes: here are a control plane's own.
let plane: Awaited<ReturnType<typeof startControlPlane>>;
beforeAll(async () => {
  plane = await startControlPlane({ simulation: { nodes: 1 } });
});
afterAll(() => plane.stop());

const ref = { apiVersion: "v1", kind: "Node", name: "edge" };

describe("a Node that is created", () => {
  it("becomes ready and runs Pods, which are deleted with it", async () => {
    await using objects = await workloads(plane);
    await objects.create("DaemonSet", "agent", selecting("agent"));
    await plane.kube.create({ apiVersion: "v1", kind: "Node", metadata: { name: "edge", labels: { tier: "edge" } } });
    const agents = async () => (await objects.get("DaemonSet", "agent"))?.status?.numberReady;
    await expect.poll(agents, LONG).toBe(2);
    await objects.create("Deployment", "web", selecting("web", podSpec({ nodeSelector: { tier: "edge" } })));
    await expect.poll(async () => (await objects.get("Deployment", "web"))?.status?.readyReplicas, LONG).toBe(1);
    const edge = await plane.kube.get(ref);
    expect(edge).toHaveCondition("Ready");
    expect(edge).toMatchObject({
      metadata: { annotations: { "seatrial.dev/simulated": "true" }, labels: { "kubernetes.io/hostname": "edge" } },
      spec: { podCIDR: expect.stringMatching(/^10\.244\./) },
    });
    expect(edge?.spec).not.toHaveProperty("taints");
    await plane.kube.delete(ref);
    const nodes = async () => (await objects.list("Pod")).map(({ spec }) => spec.nodeName ?? "none").sort();
    await expect.poll(nodes, LONG).toEqual(["node-1", "none"]);
    expect(await plane.kube.get(ref)).toBeUndefined();
  });
});
