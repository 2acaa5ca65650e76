import { setTimeout as delay } from "node:timers/promises";
import { startControlPlane } from "seatrial";
import { describe, expect, it, onTestFinished } from "vitest";
import type { KubeNode } from "../../src/kube/node.ts";
import { LONG, podSpec, workloads } from "../helpers/workloads.ts";

// Longer than upstream's node controller waits for a kubelet, which is 50 s.
const PAUSE_MS = 60_000;

describe("an engine that is stopped for a minute", () => {
  it("keeps its nodes ready, and schedules immediately afterwards", async ({ annotate }) => {
    const plane = await startControlPlane();
    const { pid } = plane.data;
    onTestFinished(async () => {
      process.kill(pid, "SIGCONT");
      await plane.stop();
    });
    const nodes = () => plane.kube.list("v1", "Node") as Promise<KubeNode[]>;
    /** Resolves after a whole look of the node controller at all nodes: it greets a new one at the beginning of a look. */
    const isLookedAt = async (name: string) => {
      await plane.kube.create({ apiVersion: "v1", kind: "Node", metadata: { name } });
      const greeting = expect.objectContaining({
        reason: "RegisteredNode",
        involvedObject: expect.objectContaining({ name }),
      });
      await expect.poll(() => plane.kube.list("v1", "Event", { namespace: "default" }), LONG).toContainEqual(greeting);
    };
    const ready = async () =>
      (await nodes()).map(({ metadata, spec, status }) => ({
        name: metadata.name,
        taints: spec?.taints ?? [],
        ready: status?.conditions?.find(({ type }) => type === "Ready"),
      }));
    await isLookedAt("before");
    await expect.poll(ready, LONG).not.toContainEqual(expect.not.objectContaining({ taints: [] }));
    const before = await ready();
    expect(before).toHaveLength(4);
    process.kill(pid, "SIGSTOP");
    await delay(PAUSE_MS);
    process.kill(pid, "SIGCONT");

    const resumedAt = performance.now();
    await using home = await workloads(plane);
    await home.create("Pod", "web", { spec: podSpec() });
    await expect.poll(async () => (await home.get("Pod", "web"))?.status?.phase, LONG).toBe("Running");
    await annotate(`a Pod runs ${Math.round(performance.now() - resumedAt)} ms after the pause`);
    await isLookedAt("after");
    await isLookedAt("later");
    expect((await ready()).filter(({ name }) => name !== "after" && name !== "later")).toEqual(before);
  });
});
