import { simulate } from "seatrial";
import { describe, expect, it, onTestFinished } from "vitest";
import { kubectl } from "../../helpers/kubectl.ts";
import { LONG, once, podSpec, selecting, workloads } from "../../helpers/workloads.ts";

const conditionTypes = (object?: { status?: { conditions?: { type: string; status: string }[] } }) =>
  (object?.status?.conditions ?? []).filter(({ status }) => status === "True").map(({ type }) => type);

describe("a Deployment", () => {
  it("has a ReplicaSet and Pods, and keeps the old ReplicaSet when it rolls over", async () => {
    await using home = await workloads();
    const strategy = { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } };
    await home.create("Deployment", "web", selecting("web", podSpec(), { replicas: 3, strategy }));
    await expect.poll(async () => (await home.get("Deployment", "web"))?.status?.availableReplicas, LONG).toBe(3);
    const [first] = await home.list("ReplicaSet");
    const pods = await home.list("Pod");
    expect(pods.map(({ metadata }) => metadata.ownerReferences?.[0]?.uid)).toEqual(Array(3).fill(first?.metadata.uid));

    const containers = [{ name: "app", image: "example.com/app:2" }];
    const seen: number[] = [];
    await home.patch("Deployment", "web", { spec: { template: { spec: { containers } } } });
    await expect
      .poll(async () => {
        const { status, metadata } = (await home.get("Deployment", "web")) ?? {};
        seen.push(status?.availableReplicas ?? 0);
        const isSeen = status?.observedGeneration === metadata?.generation;
        return isSeen && status?.updatedReplicas === 3 && status.availableReplicas === 3 && status.replicas === 3;
      }, LONG)
      .toBe(true);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(2);
    const sets = await home.list("ReplicaSet");
    expect(sets.map(({ spec }) => spec.replicas).sort()).toEqual([0, 3]);
    expect(sets.find(({ metadata }) => metadata.uid === first?.metadata.uid)?.spec.replicas).toBe(0);
  });

  it("stops a roll-out at maxUnavailable when the new Pods are never ready", async () => {
    await using home = await workloads();
    const strategy = { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } };
    await home.create("Deployment", "web", selecting("web", podSpec(), { replicas: 3, strategy }));
    await expect.poll(async () => (await home.get("Deployment", "web"))?.status?.availableReplicas, LONG).toBe(3);
    const never = await simulate({ namespace: home.namespace }, { image: "*:2", neverReady: true });
    const containers = [{ name: "app", image: "example.com/app:2" }];
    await home.patch("Deployment", "web", { spec: { template: { spec: { containers } } } });
    await expect.poll(() => never.pods(), LONG).toHaveLength(1);
    const status = async () => (await home.get("Deployment", "web"))?.status;
    await expect.poll(status, LONG).toMatchObject({ availableReplicas: 2, updatedReplicas: 1 });
    await never.stop();
    await expect.poll(async () => (await home.get("Deployment", "web"))?.status?.updatedReplicas, LONG).toBe(3);
  });
});

describe("a Job", () => {
  it("completes as often as it is asked to, each index once", async () => {
    await using home = await workloads();
    await home.create("Job", "once", once({ completions: 4, parallelism: 2, completionMode: "Indexed" }));
    await expect.poll(async () => conditionTypes(await home.get("Job", "once")), LONG).toContain("Complete");
    expect((await home.get("Job", "once"))?.status).toMatchObject({ succeeded: 4, completedIndexes: "0-3" });
  });

  it("fails when its Pods have failed more often than its backoffLimit", async () => {
    await using home = await workloads();
    await using _failing = await simulate({ namespace: home.namespace }, { job: "once", exitCode: 3 });
    await home.create("Job", "once", once({ backoffLimit: 0 }));
    await expect.poll(async () => conditionTypes(await home.get("Job", "once")), LONG).toContain("Failed");
    const { status } = (await home.get("Job", "once")) ?? {};
    expect(status?.failed).toBe(1);
    expect(status?.conditions?.find(({ type }) => type === "Failed")?.reason).toBe("BackoffLimitExceeded");
  });

  // Upstream's controller looks at the Pods of a Job a second after their events: no Job could complete within it.
  it("completes as soon as its Pod has", async () => {
    await using home = await workloads();
    const durations: number[] = [];
    for (const name of ["a", "b", "c", "d", "e"]) {
      const startedAt = performance.now();
      await home.create("Job", name, once());
      await expect.poll(async () => conditionTypes(await home.get("Job", name)), LONG).toContain("Complete");
      durations.push(performance.now() - startedAt);
    }
    expect(Math.min(...durations)).toBeLessThan(1000);
  });

  it("goes after its time to live, with its Pods", async () => {
    await using home = await workloads();
    await home.create("Job", "once", once({ ttlSecondsAfterFinished: 1 }));
    await expect.poll(() => home.list("Pod"), LONG).toHaveLength(1);
    await expect.poll(() => home.get("Job", "once"), LONG).toBeUndefined();
    await expect.poll(() => home.list("Pod"), LONG).toEqual([]);
  });

  it("belongs to its CronJob, which makes one at its time", async () => {
    await using home = await workloads();
    await home.create("CronJob", "every", { spec: { schedule: "* * * * *", jobTemplate: once() } });
    await expect.poll(() => home.list("Job"), { timeout: 90_000, interval: 250 }).not.toEqual([]);
    const [job] = await home.list("Job");
    expect(job?.metadata.ownerReferences).toMatchObject([{ kind: "CronJob", name: "every" }]);
    await expect
      .poll(async () => conditionTypes(await home.get("Job", job?.metadata.name ?? "")), LONG)
      .toContain("Complete");
  }, 150_000);

  it("is made of a CronJob by hand", async () => {
    await using home = await workloads();
    await home.create("CronJob", "yearly", { spec: { schedule: "0 0 1 1 *", jobTemplate: once() } });
    const by = ["--from=cronjob/yearly", "--namespace", home.namespace];
    expect(await kubectl("create", "job", "now", ...by)).toMatchObject({ exitCode: 0, stderr: "" });
    await expect.poll(async () => conditionTypes(await home.get("Job", "now")), LONG).toContain("Complete");
    expect((await home.get("Job", "now"))?.metadata.ownerReferences).toMatchObject([{ name: "yearly" }]);
  });
});

describe("a StatefulSet", () => {
  it("makes its Pods one after the other, and keeps the first when it shrinks", async () => {
    await using home = await workloads();
    const never = await simulate({ namespace: home.namespace }, { pod: "db-0", neverReady: true });
    await home.create("StatefulSet", "db", selecting("db", podSpec(), { serviceName: "db", replicas: 3 }));
    const names = async () => (await home.list("Pod")).map(({ metadata }) => metadata.name).sort();
    await expect.poll(() => never.pods(), LONG).toEqual(["db-0"]);
    expect(await names()).toEqual(["db-0"]);
    await never.stop();
    await expect.poll(async () => (await home.get("StatefulSet", "db"))?.status?.readyReplicas, LONG).toBe(3);
    const created = (await home.list("Pod")).map(({ metadata }) => metadata);
    expect(created.map(({ name }) => name).sort()).toEqual(["db-0", "db-1", "db-2"]);

    await home.patch("StatefulSet", "db", { spec: { replicas: 1 } });
    await expect.poll(names, LONG).toEqual(["db-0"]);
  });

  it("takes its last Pod first when it shrinks, and the next only when that one is gone", async () => {
    await using home = await workloads();
    await home.create("StatefulSet", "db", selecting("db", podSpec(), { serviceName: "db", replicas: 3 }));
    const set = () => home.get("StatefulSet", "db");
    await expect.poll(async () => (await set())?.status?.readyReplicas, LONG).toBe(3);
    await home.patch("Pod", "db-2", { metadata: { finalizers: ["example.com/keep"] } });
    const free = () => home.patch("Pod", "db-2", { metadata: { finalizers: null } }).catch(() => undefined);
    onTestFinished(async () => void (await free()));
    await home.patch("StatefulSet", "db", { spec: { replicas: 1 } });
    const isSeen = async () => (await set())?.status?.observedGeneration === (await set())?.metadata.generation;
    await expect.poll(isSeen, LONG).toBe(true);
    const leaving = async () =>
      (await home.list("Pod")).filter((pod) => pod.metadata.deletionTimestamp).map(({ metadata }) => metadata.name);
    await expect.poll(leaving, LONG).toEqual(["db-2"]);
    expect(await home.list("Pod")).toHaveLength(3);
    await free();
    await expect
      .poll(async () => (await home.list("Pod")).map(({ metadata }) => metadata.name), LONG)
      .toEqual(["db-0"]);
  });
});

describe("a DaemonSet", () => {
  it("has a Pod on every node that its nodeSelector names", async () => {
    await using home = await workloads();
    await home.create("DaemonSet", "agent", selecting("agent"));
    const zone = { nodeSelector: { "topology.kubernetes.io/zone": "zone-b" } };
    await home.create("DaemonSet", "zoned", selecting("zoned", podSpec(zone)));
    await expect.poll(async () => (await home.get("DaemonSet", "agent"))?.status?.numberReady, LONG).toBe(3);
    await expect.poll(async () => (await home.get("DaemonSet", "zoned"))?.status?.numberReady, LONG).toBe(1);
    const nodesOf = async (app: string) =>
      (await home.list("Pod", `app=${app}`)).map(({ spec }) => spec.nodeName).sort();
    expect(await nodesOf("agent")).toEqual(["node-1", "node-2", "node-3"]);
    expect(await nodesOf("zoned")).toEqual(["node-2"]);
  });
});
