import { type ChartError, type ClusterError, currentControlPlane, findingsOf, installChart, simulate } from "seatrial";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";
import { once, podSpec, selecting, template } from "../../helpers/workloads.ts";

const deployment = template("Deployment", "web", selecting("web", podSpec(), { replicas: 2 }));

function hook(kind: "Job" | "Pod", name: string, events: string): string {
  const body = kind === "Job" ? once({ backoffLimit: 0 }) : { spec: podSpec({ restartPolicy: "Never" }) };
  return template(kind, name, body, { "helm.sh/hook": events });
}

describe("a release with Pods", () => {
  it("becomes ready, completes its hooks and passes its tests", async () => {
    const chart = await writeChart({
      "templates/a.yaml": deployment,
      "templates/b.yaml": hook("Job", "migrate", "pre-install,pre-upgrade"),
      "templates/c.yaml": hook("Pod", "check", "test"),
    });
    await using release = await installChart(chart, { wait: true, waitForJobs: true, timeout: "1m" });
    const web = await release.get("Deployment", "web");
    expect(web).toHaveCondition("Available");
    expect(web.status).toMatchObject({ readyReplicas: 2 });
    expect(await release.get("Job", "migrate")).toHaveCondition("Complete");
    expect(await release.test({ timeout: "1m" })).toMatchObject({ passed: true, hooks: [{ phase: "Succeeded" }] });
  });
});

describe("simulate", () => {
  it("makes a hook fail, and the release is rolled back", async () => {
    const chart = await writeChart({
      "templates/a.yaml": configMap("settings", { color: '"{{ .Values.color }}"' }),
      "templates/b.yaml": hook("Job", "migrate", "pre-upgrade"),
    });
    await using release = await installChart(chart, { set: { color: "red" } });
    await simulate(release, { job: "migrate", exitCode: 3 });
    const options = { set: { color: "blue" }, rollbackOnFailure: true, timeout: "1m" };
    const error = await rejectionOf<ChartError>(release.upgrade(options));
    expect(error.code).toBe("SEATRIAL_HOOK");
    expect(findingsOf(error)).toMatchObject([
      {
        step: "upgrade",
        object: { kind: "Job", name: "migrate" },
        message: expect.stringMatching(/^pre-upgrade hook: .*container app exited with 3/),
      },
    ]);
    expect(await release.get("ConfigMap", "settings")).toMatchObject({ data: { color: "red" } });
  });

  it("applies from the first container on as an option of installChart", async () => {
    const chart = await writeChart({ "templates/a.yaml": hook("Job", "migrate", "pre-install") });
    const error = await rejectionOf<ChartError>(
      installChart(chart, { simulate: { job: "migrate", oomKilled: true }, timeout: "1m" }),
    );
    expect(error.code).toBe("SEATRIAL_HOOK");
    expect(error.message).toContain("exited with 137 (OOMKilled)");
  });

  it.each([
    // Longer than the wait: with short pauses a Pod may run, or have just ended, when the time is over.
    { title: "crashes again and again", rule: { crashLoop: { backoffMs: 60_000 } }, reason: "CrashLoopBackOff" },
    { title: "has an image that cannot be pulled", rule: { imagePullError: true }, reason: "ImagePullBackOff" },
    { title: "is never ready", rule: { neverReady: true }, reason: "NotReady" },
  ])("reports a Deployment whose container $title", async ({ rule, reason }) => {
    const chart = await writeChart({ "templates/a.yaml": deployment });
    const error = await rejectionOf<ClusterError>(
      installChart(chart, { wait: true, timeout: "8s", simulate: { deployment: "web", ...rule } }),
    );
    expect(error.code).toBe("SEATRIAL_NOT_READY");
    expect(findingsOf(error)).toMatchObject([
      { object: { kind: "Deployment", name: "web" }, message: expect.stringContaining("2 Pods: container app") },
    ]);
    expect(error.reason === reason || error.message.includes(reason)).toBe(true);
  });

  it("reports a test that fails", async () => {
    const chart = await writeChart({ "templates/a.yaml": hook("Pod", "check", "test") });
    await using release = await installChart(chart);
    await using failing = await simulate(release, { pod: "check", exitCode: 1 });
    const result = await release.test({ timeout: "1m" });
    expect(result).toMatchObject({
      passed: false,
      findings: [{ step: "test", object: { kind: "Pod", name: "check" } }],
      hooks: [{ name: "check", phase: "Failed" }],
    });
    expect(result.findings[0]?.message).toContain("container app exited with 1");
    expect(await failing.pods()).toEqual(["check"]);
  });

  it("ends when it is stopped, and applies to its own namespace only", async () => {
    const chart = await writeChart({ "templates/a.yaml": deployment });
    const rule = { deployment: "web", neverReady: true };
    await using release = await installChart(chart, { simulate: rule });
    await using other = await installChart(chart, { wait: true, timeout: "1m" });
    expect(await other.get("Deployment", "web")).toHaveCondition("Available");
    await expect.poll(() => release.all("Pod")).toHaveLength(2);
    const never = await simulate(release, rule);
    expect(await release.get("Deployment", "web")).not.toHaveCondition("Available");
    await never.stop();
    await never.stop();
  });

  it("lets unready Pods become ready once it is stopped", async () => {
    const chart = await writeChart({ "templates/a.yaml": deployment });
    await using namespace = await currentControlPlane().namespace();
    const never = await simulate({ namespace: namespace.name }, { neverReady: true });
    await using release = await installChart(chart, { namespace: namespace.name });
    await expect.poll(() => never.pods(), { timeout: 20_000 }).toHaveLength(2);
    await never.stop();
    await expect.poll(() => release.get("Deployment", "web"), { timeout: 20_000 }).toHaveCondition("Available");
  });

  it("rejects an invalid target and invalid rules", async () => {
    const isUsage = { code: "SEATRIAL_USAGE" };
    expect(await rejectionOf(simulate({} as never, { exitCode: 1 }))).toMatchObject(isUsage);
    expect(await rejectionOf(simulate({ namespace: "default" }, []))).toMatchObject(isUsage);
    expect(await rejectionOf(simulate({ namespace: "default" }, { job: "a" }))).toMatchObject(isUsage);
  });
});
