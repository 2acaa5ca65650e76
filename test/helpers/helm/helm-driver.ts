import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type ClusterError,
  type ControlPlane,
  dryRunChart,
  fieldManagers,
  installChart,
  simulate,
  templateChart,
} from "seatrial";
import { expect, it } from "vitest";
import { configMap, writeChart } from "../charts/write-chart.ts";
import { rejectionOf } from "../rejection-of.ts";
import { storeSnapshot } from "../store-snapshot.ts";

const job = (name: string, events: string) => `apiVersion: batch/v1
kind: Job
metadata: { name: ${name}, annotations: { helm.sh/hook: "${events}", helm.sh/hook-weight: "2" } }
spec:
  backoffLimit: 0
  template: { spec: { restartPolicy: Never, containers: [{ name: app, image: "example.com/app:1" }] } }
`;
const versioned = configMap("web", { size: "{{ .Values.size | quote }}", revision: '"{{ .Release.Revision }}"' });
const timeout = "30s";

async function snapshotOf(controlPlane: ControlPlane, namespace: string): Promise<string[]> {
  return (await storeSnapshot(controlPlane)).filter((line) => line.includes(` ${namespace}/`));
}

/** What every driver of Helm has to do: the Helms in the engine, and programs. */
export function describeHelmDriver(plane: () => Promise<ControlPlane>, major: 3 | 4): void {
  const chartWith = (files: Record<string, string> = {}) =>
    writeChart({ "templates/web.yaml": versioned, "values.yaml": "size: 1\n", ...files });

  it("installs, upgrades, rolls back and uninstalls, with a history that can be read", async () => {
    const controlPlane = await plane();
    const chart = await chartWith({ "templates/NOTES.txt": "Size {{ .Values.size }}" });
    await using release = await installChart(chart, { controlPlane, timeout });
    expect(release.info).toMatchObject({ revision: 1, status: "deployed", notes: "Size 1" });
    await release.upgrade({ set: { size: 2 }, timeout });
    expect((await release.get("ConfigMap", "web")).data).toMatchObject({ size: "2", revision: "2" });
    await release.rollback(1, { timeout });
    expect((await release.get("ConfigMap", "web")).data).toMatchObject({ size: "1" });
    const history = await release.history();
    expect(history.map(({ revision, status }) => [revision, status])).toEqual([
      [1, "superseded"],
      [2, "superseded"],
      [3, "deployed"],
    ]);
    await release.uninstall({ timeout });
    const ref = { apiVersion: "v1", kind: "ConfigMap", name: "web", namespace: release.namespace };
    expect(await controlPlane.kube.get(ref)).toBeUndefined();
  });

  it("writes under the field manager helm, as its version does", async () => {
    await using release = await installChart(await chartWith(), { controlPlane: await plane(), timeout });
    const object = await release.get("ConfigMap", "web");
    expect(fieldManagers(object, "data.size")).toEqual(["helm"]);
    const [entry] = object.metadata.managedFields as { operation: string }[];
    expect(entry?.operation).toBe(major === 3 ? "Update" : "Apply");
  });

  it("renders what it installs, with its own version in Capabilities", async () => {
    const controlPlane = await plane();
    const chart = await chartWith({
      "templates/version.yaml": configMap("version", { helm: "{{ .Capabilities.HelmVersion.Version | quote }}" }),
      "templates/hook.yaml": job("migrate", "pre-install"),
    });
    const rendered = await templateChart(chart, { controlPlane });
    expect(rendered.get("ConfigMap", "version").data?.helm).toMatch(new RegExp(`^v${major}\\.`));
    expect(rendered.hooks.map(({ name, weight, events }) => ({ name, weight, events }))).toEqual([
      { name: "migrate", weight: 2, events: ["pre-install"] },
    ]);
    await using release = await installChart(chart, { controlPlane, timeout });
    expect((await release.get("ConfigMap", "version")).data?.helm).toBe(
      rendered.get("ConfigMap", "version").data?.helm,
    );
    expect((await release.get("Job", "migrate")).status?.succeeded).toBe(1);
  });

  it("takes values by file: numbers and texts arrive as from an operator", async () => {
    const text = configMap("web", { big: "{{ .Values.big | quote }}", text: "{{ .Values.text | quote }}" });
    const chart = await writeChart({ "templates/web.yaml": text });
    await using release = await installChart(chart, {
      controlPlane: await plane(),
      values: { big: 1234567, text: "1e3" },
      timeout,
    });
    expect((await release.get("ConfigMap", "web")).data).toEqual({ big: "1.234567e+06", text: "1e3" });
  });

  it("reports an object that the API server refuses, and leaves nothing", async () => {
    const controlPlane = await plane();
    await using own = await controlPlane.namespace();
    const chart = await chartWith({ "templates/bad.yaml": configMap("Bad_Name", { a: "b" }) });
    const before = await snapshotOf(controlPlane, own.name);
    const error = await rejectionOf<ClusterError>(installChart(chart, { controlPlane, namespace: own.name, timeout }));
    expect(error.message).toContain("Bad_Name");
    expect(error.code).toBe("SEATRIAL_REJECTED");
    expect(await snapshotOf(controlPlane, own.name)).toEqual(before);
  });

  it("reports a hook that fails, at once", async () => {
    const controlPlane = await plane();
    const chart = await chartWith({ "templates/hook.yaml": job("migrate", "pre-install") });
    const error = await rejectionOf<ClusterError>(
      installChart(chart, { controlPlane, timeout, simulate: { job: "migrate", exitCode: 3 } }),
    );
    expect(error.code).toBe("SEATRIAL_HOOK");
  });

  it("reports a template that fails with its line", async () => {
    const chart = await chartWith({ "templates/bad.yaml": "a: b\nc: {{ .Values.missing.key }}\n" });
    const error = await rejectionOf<ClusterError>(templateChart(chart, { controlPlane: await plane() }));
    expect(error.code).toBe("SEATRIAL_TEMPLATE");
    expect(error.findings).toMatchObject([{ template: "demo/templates/bad.yaml", line: 2 }]);
  });

  it("reports a name that is in use, and does not touch that release", async () => {
    const controlPlane = await plane();
    const chart = await chartWith();
    await using release = await installChart(chart, { controlPlane, timeout });
    const again = { controlPlane, timeout, namespace: release.namespace };
    const error = await rejectionOf<ClusterError>(installChart(chart, again));
    expect(error.code).toBe("SEATRIAL_RELEASE");
    expect((await release.history()).map(({ status }) => status)).toEqual(["deployed"]);
  });

  it("changes nothing in a dry run, also of an upgrade that prunes", async () => {
    const controlPlane = await plane();
    const chart = await chartWith({ "templates/old.yaml": configMap("old") });
    await using release = await installChart(chart, { controlPlane, timeout });
    await writeFile(join(chart, "templates/old.yaml"), "");
    const before = await snapshotOf(controlPlane, release.namespace);
    const result = await dryRunChart(chart, { controlPlane, namespace: release.namespace });
    expect(result).toMatchObject({ accepted: true, operation: "upgrade" });
    expect(await snapshotOf(controlPlane, release.namespace)).toEqual(before);
  });

  it("gives up a wait for an object that cannot become ready, and the release is not locked", async () => {
    const controlPlane = await plane();
    const pod = `apiVersion: v1
kind: Pod
metadata: { name: stuck }
spec:
  containers: [{ name: app, image: "example.com/app:1" }]
`;
    await using release = await installChart(await chartWith(), { controlPlane, timeout });
    const worse = await chartWith({ "templates/pod.yaml": pod });
    await using _rule = await simulate(release, { pod: "stuck", imagePullError: true });
    const startedAt = performance.now();
    const error = await rejectionOf<ClusterError>(release.upgrade(worse, { wait: true, timeout: "60s" }));
    expect(error.code).toBe("SEATRIAL_NOT_READY");
    expect(performance.now() - startedAt).toBeLessThan(50_000);
    await release.upgrade(await chartWith(), { timeout });
    expect(release.status).toBe("deployed");
  });

  it("looks up objects as in a live cluster", async () => {
    const found = `{{ (lookup "v1" "ServiceAccount" .Release.Namespace "default").metadata.name | default "none" | quote }}`;
    const absent = `{{ len (lookup "v1" "Secret" .Release.Namespace "absent") | quote }}`;
    const chart = await writeChart({ "templates/web.yaml": configMap("web", { found, absent }) });
    const controlPlane = await plane();
    await using release = await installChart(chart, { controlPlane, timeout });
    expect((await release.get("ConfigMap", "web")).data).toEqual({ found: "default", absent: "0" });
    const unserved = `{{ len (lookup "example.org/v1" "Nothing" .Release.Namespace "") | quote }}`;
    const other = await writeChart({ "templates/web.yaml": configMap("web", { unserved }) });
    const error = await rejectionOf<ClusterError>(installChart(other, { controlPlane, timeout }));
    expect(error.code).toBe("SEATRIAL_TEMPLATE");
  });
}
