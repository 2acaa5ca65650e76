import { currentControlPlane, dryRunChart, installChart, type SeatrialError } from "seatrial";
import { describe, expect, it } from "vitest";
import { planTrials } from "../../../src/trial/plan-trials.ts";
import { runTrial } from "../../../src/trial/trial.ts";
import { noInputs } from "../../../src/trial/trial-inputs.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const plane = currentControlPlane();

/** Makes the last revision of a release look as a killed `helm` of somebody else leaves it. */
async function leavePending(namespace: string, status: string): Promise<void> {
  const records = await plane.kube.list("v1", "Secret", { namespace, labelSelector: "owner=helm" });
  const last = records.sort(
    (one, other) => Number(other.metadata.labels?.version) - Number(one.metadata.labels?.version),
  )[0];
  if (last === undefined) throw new Error("there is a record");
  const { gunzipSync, gzipSync } = await import("node:zlib");
  const data = (last.data as { release: string }).release;
  const release = JSON.parse(gunzipSync(Buffer.from(Buffer.from(data, "base64").toString(), "base64")).toString());
  release.info.status = status;
  const packed = Buffer.from(gzipSync(JSON.stringify(release)).toString("base64")).toString("base64");
  const ref = { apiVersion: "v1", kind: "Secret", namespace, name: last.metadata.name ?? "" };
  const labels = { status, "seatrial.dev/owner": null };
  await plane.kube.patch(ref, { data: { release: packed }, metadata: { labels } });
}

describe("a release that another operation has locked", () => {
  it("names the pending revision, since when, and the command that frees it", async () => {
    await using namespace = await plane.namespace();
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    await using release = await installChart(chart, { namespace: namespace.name, releaseName: "web" });
    await release.upgrade({ set: { word: "two" } });
    await leavePending(namespace.name, "pending-upgrade");
    const error = await rejectionOf<SeatrialError>(release.upgrade());
    expect(error).toMatchObject({ code: "SEATRIAL_RELEASE", name: "SeatrialError" });
    const [first, second, third, hint] = error.message.split("\n");
    expect(first).toBe(
      `Upgrading release web did not start: release ${namespace.name}/web is locked by another operation`,
    );
    expect(second).toMatch(/^ {2}revision 2 has been pending-upgrade for \d+ s, since \d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(third).toContain("another operation (install/upgrade/rollback) is in progress");
    expect(hint).toBe(
      `Hint: if no process works on it any more, free it: helm rollback web 1 --namespace ${namespace.name}`,
    );
    expect(await rejectionOf(dryRunChart(chart, { upgrade: release }))).toMatchObject({ code: "SEATRIAL_RELEASE" });
    // The command works.
    await plane.helm.rollback({ namespace: namespace.name, releaseName: "web", revision: 1 });
    await release.upgrade();
  });

  it("cannot be checked: it is not the chart's fault, and it stays as it is", async () => {
    await using namespace = await plane.namespace();
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    const request = { chart, namespace: namespace.name, releaseName: "demo" };
    await plane.helm.install(request);
    await leavePending(namespace.name, "pending-install");
    const { plans } = await planTrials([chart]);
    const [plan] = plans;
    if (plan === undefined) throw new Error("there is a plan");
    const inputs = { ...noInputs, namespace: namespace.name };
    const result = await runTrial(plan, { plane, isAlone: false, timeout: "30s", inputs });
    expect(result.verdict).toBe("errored");
    const failed = result.steps.find(({ verdict }) => verdict === "errored");
    expect(failed).toMatchObject({ name: "install", error: { code: "SEATRIAL_RELEASE" } });
    expect(failed?.error?.message).toContain("revision 1 has been pending-install for");
    expect(failed?.error?.message).toContain(`helm uninstall demo --namespace ${namespace.name}`);
    expect((await plane.helm.status({ namespace: namespace.name, releaseName: "demo" })).status).toBe(
      "pending-install",
    );
    await plane.helm.uninstall({ namespace: namespace.name, releaseName: "demo" });
  });
});
