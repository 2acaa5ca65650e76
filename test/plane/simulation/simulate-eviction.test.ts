import {
  type ChartError,
  currentControlPlane,
  findingsOf,
  installChart,
  type SimulationRule,
  simulate,
} from "seatrial";
import { describe, expect, it } from "vitest";
import { writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";
import { LONG, once, podSpec, selecting, template, workloads } from "../../helpers/workloads.ts";

const message = expect.stringContaining("The node was low on resource: memory.");

const hook = (more: object = {}) =>
  template("Job", "migrate", once({ backoffLimit: 0, ...more }), { "helm.sh/hook": "pre-install" });

describe("evict", () => {
  it("fails a Pod as a kubelet does, and its Deployment replaces it", async () => {
    await using objects = await workloads();
    await objects.create("Deployment", "web", selecting("web", podSpec(), { replicas: 2 }));
    const readyReplicas = async () => (await objects.get("Deployment", "web"))?.status?.readyReplicas;
    await expect.poll(readyReplicas, LONG).toBe(2);
    const before = (await objects.list("Pod")).map(({ metadata }) => metadata.name);
    await using evicting = await simulate({ namespace: objects.namespace }, { deployment: "web", evict: true });
    await expect.poll(() => objects.list("Pod"), LONG).toHaveLength(3);
    await expect.poll(readyReplicas, LONG).toBe(2);
    const [name = "none", ...others] = await evicting.pods();
    expect(others).toEqual([]);
    expect(before).toContain(name);
    const evicted = await objects.get("Pod", name);
    expect(evicted?.status).toMatchObject({ phase: "Failed", reason: "Evicted", message });
    expect(evicted?.status?.conditions).toContainEqual(
      expect.objectContaining({ type: "DisruptionTarget", status: "True", reason: "TerminationByKubelet", message }),
    );
    expect(evicted?.status?.containerStatuses).toMatchObject([{ state: { terminated: { exitCode: 137 } } }]);
    const events = () => currentControlPlane().kube.list("v1", "Event", { namespace: objects.namespace });
    const involvedObject = expect.objectContaining({ kind: "Pod", name });
    const warning = { type: "Warning", reason: "Evicted", message, reportingComponent: "kubelet", involvedObject };
    await expect.poll(events, LONG).toContainEqual(expect.objectContaining(warning));
  });

  it("evicts the given number of Pods", async () => {
    await using objects = await workloads();
    await using evicting = await simulate({ namespace: objects.namespace }, { evict: 2 });
    await objects.create("Deployment", "web", selecting("web", podSpec(), { replicas: 3 }));
    const phases = async () => (await objects.list("Pod")).map(({ status }) => status?.phase).sort();
    await expect.poll(phases, LONG).toEqual(["Failed", "Failed", "Running", "Running", "Running"]);
    expect(await evicting.pods()).toHaveLength(2);
  });

  it("fails a hook that may not be retried, with a finding that says that its Pod was evicted", async () => {
    const chart = await writeChart({ "templates/a.yaml": hook() });
    const evict: SimulationRule = { job: "migrate", evict: true };
    const error = await rejectionOf<ChartError>(installChart(chart, { simulate: evict, timeout: "1m" }));
    expect(error.code).toBe("SEATRIAL_HOOK");
    expect(findingsOf(error)).toMatchObject([{ object: { kind: "Job", name: "migrate" }, message }]);
  });

  // Upstream's Job controller waits 10 s before it tries again.
  it("is not a failure of a hook that ignores disruptions", async () => {
    const rule = { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget" }] };
    const chart = await writeChart({ "templates/a.yaml": hook({ podFailurePolicy: { rules: [rule] } }) });
    const evict: SimulationRule = { job: "migrate", evict: true };
    await using release = await installChart(chart, { simulate: evict, timeout: "1m" });
    expect(await release.get("Job", "migrate")).toHaveCondition("Complete");
    const phases = (await release.all("Pod")).map((pod) => (pod.status as { phase?: string }).phase).sort();
    expect(phases).toEqual(["Failed", "Succeeded"]);
  });
});
