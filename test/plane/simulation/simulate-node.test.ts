import { type ClusterError, findingsOf, installChart, simulateNode, startControlPlane } from "seatrial";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubeNode } from "../../../src/kube/node.ts";
import { writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";
import { LONG, podSpec, selecting, workloads } from "../../helpers/workloads.ts";

// A node that is lost is lost to every test: here are a control plane's own.
let plane: Awaited<ReturnType<typeof startControlPlane>>;
beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane.stop());

/** Its Pods are on one node as long as that is there, and leave it after some seconds. */
function leaving(node: string, tolerationSeconds: number): object {
  const expression = { key: "kubernetes.io/hostname", operator: "In", values: [node] };
  const preferred = [{ weight: 100, preference: { matchExpressions: [expression] } }];
  const toleration = { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" };
  return podSpec({
    affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } },
    tolerations: [{ ...toleration, tolerationSeconds }],
  });
}

async function taintsOf(name: string): Promise<string[]> {
  const node = (await plane.kube.get({ apiVersion: "v1", kind: "Node", name })) as KubeNode;
  return (node.spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).sort();
}

const unreachable = ["NoExecute", "NoSchedule"].map((effect) => `node.kubernetes.io/unreachable:${effect}`);

describe("a lost node", () => {
  it("is unreachable, its Pods are replaced on other nodes, and it gets new Pods once it is ready again", async () => {
    await using objects = await workloads(plane);
    await objects.create("Service", "web", { spec: { selector: { app: "web" }, ports: [{ port: 80 }] } });
    await objects.create("Deployment", "web", selecting("web", leaving("node-2", 1)));
    const readyPods = async () => {
      const slices = await objects.list("EndpointSlice", "kubernetes.io/service-name=web");
      const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
      return endpoints.filter(({ conditions }) => conditions?.ready).map(({ nodeName }) => nodeName);
    };
    await expect.poll(readyPods, LONG).toEqual(["node-2"]);
    const lost = await simulateNode("node-2", { lost: true, controlPlane: plane });
    await expect.poll(() => taintsOf("node-2"), LONG).toEqual(unreachable);
    await expect.poll(readyPods, LONG).toEqual([expect.stringMatching(/^node-[13]$/)]);
    const placed = (await objects.list("Pod")).map(({ spec, metadata }) => [spec.nodeName, metadata.deletionTimestamp]);
    expect(Object.fromEntries(placed)).toMatchObject({ "node-2": expect.any(String) });
    await lost.stop();
    expect(await taintsOf("node-2")).toEqual([]);
    await expect.poll(() => objects.list("Pod"), LONG).toHaveLength(1);
    await objects.create("Deployment", "api", selecting("api", leaving("node-2", 1)));
    await expect.poll(async () => (await objects.get("Deployment", "api"))?.status?.readyReplicas, LONG).toBe(1);
    const [pod] = await objects.list("Pod", "app=api");
    expect(pod?.spec.nodeName).toBe("node-2");
  });

  it("makes its Pods unready without deleting them as long as they tolerate it", async () => {
    await using objects = await workloads(plane);
    await objects.create("DaemonSet", "agent", selecting("agent"));
    const numberReady = async () => (await objects.get("DaemonSet", "agent"))?.status?.numberReady;
    await expect.poll(numberReady, LONG).toBe(3);
    const before = (await objects.list("Pod")).map(({ metadata }) => metadata.uid).sort();
    {
      await using _lost = await simulateNode("node-1", { lost: true, controlPlane: plane });
      await expect.poll(numberReady, LONG).toBe(2);
    }
    await expect.poll(numberReady, LONG).toBe(3);
    expect((await objects.list("Pod")).map(({ metadata }) => metadata.uid).sort()).toEqual(before);
  });

  it("is named by a wait for Pods on it", async () => {
    await using objects = await workloads(plane);
    await using _lost = await simulateNode("node-3", { lost: true, controlPlane: plane });
    const chart = await writeChart({
      "templates/a.yaml": JSON.stringify({
        apiVersion: "apps/v1",
        kind: "DaemonSet",
        metadata: { name: "agent" },
        ...selecting("agent", podSpec({ tolerations: [{ operator: "Exists" }] })),
      }),
    });
    const options = { controlPlane: plane, namespace: objects.namespace, wait: true, timeout: "3s" };
    const error = await rejectionOf<ClusterError>(installChart(chart, options));
    expect(error.code).toBe("SEATRIAL_NOT_READY");
    const message = expect.stringContaining("Node node-3 is not ready: Kubelet stopped posting node status.");
    expect(findingsOf(error)).toMatchObject([{ object: { kind: "DaemonSet", name: "agent" }, message }]);
  });

  it("is named by a namespace that waits for a Pod on it", async () => {
    const namespace = await plane.namespace({ timeoutMs: 2000 });
    const spec = podSpec({ nodeName: "node-3" });
    const ref = { apiVersion: "v1", kind: "Pod", name: "web", namespace: namespace.name };
    const metadata = { name: "web", namespace: namespace.name };
    await plane.kube.create({ apiVersion: "v1", kind: "Pod", metadata, spec });
    const phase = async () => ((await plane.kube.get(ref))?.status as { phase?: string } | undefined)?.phase;
    await expect.poll(phase, LONG).toBe("Running");
    const lost = await simulateNode("node-3", { lost: true, controlPlane: plane });
    const error = await rejectionOf(namespace.remove());
    expect(error).toMatchObject({ code: "SEATRIAL_NAMESPACE_STUCK" });
    expect(error.message).toContain(
      `Pod ${namespace.name}/web is still on its node: Node node-3 is not ready: Kubelet stopped posting node status.`,
    );
    await lost.stop();
    await expect
      .poll(() => plane.kube.get({ apiVersion: "v1", kind: "Namespace", name: namespace.name }), LONG)
      .toBe(undefined);
  });

  it("stays lost until every simulation of it has ended", async () => {
    const first = await simulateNode("node-1", { lost: true, controlPlane: plane });
    const second = await simulateNode("node-1", { lost: true, controlPlane: plane });
    await first.stop();
    expect(await taintsOf("node-1")).toContain(unreachable[1]);
    await second.stop();
    expect(await taintsOf("node-1")).toEqual([]);
  });

  it("must exist", async () => {
    const error = await rejectionOf(simulateNode("node-9", { lost: true, controlPlane: plane }));
    expect(error).toMatchObject({ code: "SEATRIAL_USAGE" });
    expect(error.message).toContain('there is no node "node-9": the nodes are node-1, node-2, node-3');
    expect(await rejectionOf(simulateNode("node-1", {} as never))).toMatchObject({ code: "SEATRIAL_USAGE" });
    expect(await rejectionOf(simulateNode("", { lost: true }))).toMatchObject({ code: "SEATRIAL_USAGE" });
  });
});
