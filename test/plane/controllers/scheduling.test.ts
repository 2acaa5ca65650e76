import { type ControlPlane, startControlPlane } from "seatrial";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LONG, podSpec, selecting, workloads } from "../../helpers/workloads.ts";

const taint = { key: "dedicated", value: "db", effect: "NoSchedule" } as const;
const nodes = [
  { name: "plain", capacity: { cpu: "2" } },
  { name: "reserved", taints: [taint] },
];
let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane({ simulation: { nodes } });
});
afterAll(() => plane.stop());

describe("a DaemonSet", () => {
  it("has a Pod on a node with a taint only when it tolerates it", async () => {
    await using home = await workloads(plane);
    await home.create("DaemonSet", "agent", selecting("agent"));
    const { effect: _any, ...key } = taint;
    await home.create("DaemonSet", "tolerant", selecting("tolerant", podSpec({ tolerations: [key] })));
    const nodesOf = async (app: string) =>
      (await home.list("Pod", `app=${app}`)).map(({ spec }) => spec.nodeName).sort();
    const ready = async (name: string) => (await home.get("DaemonSet", name))?.status;
    await expect.poll(() => ready("tolerant"), LONG).toMatchObject({ desiredNumberScheduled: 2, numberReady: 2 });
    await expect.poll(() => ready("agent"), LONG).toMatchObject({ desiredNumberScheduled: 1, numberReady: 1 });
    expect(await nodesOf("tolerant")).toEqual(["plain", "reserved"]);
    expect(await nodesOf("agent")).toEqual(["plain"]);
  });
});

describe("the scheduler", () => {
  const needs = (cpu: string, more: object = {}) => {
    const container = { name: "app", image: "example.com/app:1", resources: { requests: { cpu } } };
    return { spec: podSpec({ containers: [container], ...more }) };
  };

  it("makes room for a Pod of a higher priority", async () => {
    await using home = await workloads(plane);
    const urgent = {
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { name: "urgent" },
      value: 1000,
    };
    await plane.kube.create(urgent);
    const phase = async (name: string) => (await home.get("Pod", name))?.status?.phase;
    await home.create("Pod", "usual", needs("1500m"));
    await expect.poll(() => phase("usual"), LONG).toBe("Running");
    await home.create("Pod", "late", needs("1500m"));
    await home.create("Pod", "urgent", needs("1500m", { priorityClassName: "urgent" }));
    await expect.poll(() => phase("urgent"), LONG).toBe("Running");
    expect(await home.get("Pod", "usual")).toBeUndefined();
    expect(await phase("late")).toBe("Pending");
    const preempted = async () =>
      (await plane.kube.list("v1", "Event", { namespace: home.namespace })).filter(
        (event) => event.reason === "Preempted",
      );
    await expect.poll(preempted, LONG).toMatchObject([{ involvedObject: { kind: "Pod", name: "usual" } }]);
  });
});
