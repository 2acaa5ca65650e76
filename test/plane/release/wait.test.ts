import { type ClusterError, findingsOf, installChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { namespaceWithoutPods } from "../../helpers/enforced-quota.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";
import { podSpec, selecting, template } from "../../helpers/workloads.ts";

const deployment = (pod: object = {}) => template("Deployment", "web", selecting("web", podSpec(pod), { replicas: 2 }));

const volumes = [{ name: "files", secret: { secretName: "gone" } }];
const container = { name: "app", image: "example.com/app:1", volumeMounts: [{ name: "files", mountPath: "/files" }] };

describe("wait", () => {
  it("ends at once when a quota is exceeded, and names the quota", async () => {
    const namespace = await namespaceWithoutPods();
    const chart = await writeChart({ "templates/b.yaml": deployment() });
    const error = await rejectionOf<ClusterError>(installChart(chart, { namespace, wait: true, timeout: "2m" }));
    expect(error).toMatchObject({ code: "SEATRIAL_NOT_READY", reason: "FailedCreate" });
    expect(error.message).toMatch(/^Installing .*demo failed after \d+ ms: 1 object cannot become ready\n {2}error: /);
    expect(findingsOf(error)).toMatchObject([
      {
        severity: "error",
        step: "install",
        object: { kind: "Deployment", name: "web" },
        template: "demo/templates/b.yaml",
        message: expect.stringContaining("exceeded quota: small"),
        notes: expect.arrayContaining([expect.stringMatching(/^Deployment web > ReplicaSet web-\w+: /)]),
      },
    ]);
  });

  it("ends at once when a claim waits for a Pod that uses it, and everything else is ready", async () => {
    const claim = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec:
  accessModes: [ReadWriteOnce]
  resources: { requests: { storage: 1Gi } }
`;
    const chart = await writeChart({ "templates/a.yaml": claim, "templates/b.yaml": deployment() });
    const error = await rejectionOf<ClusterError>(installChart(chart, { wait: true, timeout: "2m" }));
    expect(error).toMatchObject({ code: "SEATRIAL_NOT_READY", reason: "WaitForFirstConsumer" });
    const message = expect.stringContaining("StorageClass standard binds it for a Pod that uses it, and there is none");
    expect(findingsOf(error)).toMatchObject([{ object: { kind: "PersistentVolumeClaim", name: "data" }, message }]);
  });

  it("says at the end of its time what was not ready and why", async () => {
    const chart = await writeChart({
      "templates/a.yaml": configMap("a"),
      "templates/b.yaml": deployment({ volumes, containers: [container] }),
    });
    const error = await rejectionOf<ClusterError>(installChart(chart, { wait: true, timeout: "3s" }));
    expect(error).toMatchObject({ code: "SEATRIAL_NOT_READY", reason: "FailedMount" });
    expect(error.message).toMatch(/^Installing .*demo failed after \d+ ms: 1 object did not become ready\n/);
    expect(findingsOf(error)).toMatchObject([
      { object: { kind: "Deployment" }, message: expect.stringMatching(/; 2 Pods: .*secret "gone" not found/) },
    ]);
  });

  it("has the reason also when the failed installation was rolled back", async () => {
    const namespace = await namespaceWithoutPods();
    const chart = await writeChart({ "templates/b.yaml": deployment() });
    const options = { namespace, wait: true, timeout: "2m", rollbackOnFailure: true };
    const error = await rejectionOf<ClusterError>(installChart(chart, options));
    expect(error).toMatchObject({ code: "SEATRIAL_NOT_READY" });
    expect(error.message).toContain("exceeded quota: small");
  });

  it("resolves when everything is ready", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    await using release = await installChart(chart, { wait: true, timeout: "30s" });
    expect(release.status).toBe("deployed");
  });

  it("rolls back to the last revision when an upgrade cannot become ready", async () => {
    const namespace = await namespaceWithoutPods();
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    await using release = await installChart(chart, { namespace });
    const worse = await writeChart({ "templates/a.yaml": configMap("a"), "templates/b.yaml": deployment() });
    const options = { wait: true, timeout: "1m", rollbackOnFailure: true };
    const error = await rejectionOf<ClusterError>(release.upgrade(worse, options));
    expect(error).toMatchObject({ code: "SEATRIAL_NOT_READY" });
    const revisions = (await release.history()).map(({ revision, status }) => [revision, status]);
    expect(revisions).toEqual([
      [1, "superseded"],
      [2, "failed"],
      [3, "deployed"],
    ]);
    expect(await release.all("Deployment")).toEqual([]);
  });
});
