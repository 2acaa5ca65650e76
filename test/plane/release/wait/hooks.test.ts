import {
  ChartError,
  currentControlPlane,
  findingsOf,
  installChart,
  type Release,
  type SimulationRule,
  simulate,
} from "seatrial";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../../helpers/charts/write-chart.ts";
import { kubectl } from "../../../helpers/kubectl.ts";
import { rejectionOf } from "../../../helpers/rejection-of.ts";
import { once, podSpec, selecting, template } from "../../../helpers/workloads.ts";

// Far longer than a test may take: an error that comes in time did not wait for it.
const timeout = "10m";
const account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: runner }\n";

function hook(kind: "Job" | "Pod", event: string, { spec = {}, pod = {}, more = {} } = {}): string {
  const body = kind === "Job" ? once(spec, pod) : { spec: podSpec({ restartPolicy: "Never", ...pod }) };
  return template(kind, "migrate", body, { "helm.sh/hook": event, ...more });
}

async function failure(files: Record<string, string>, rule?: SimulationRule): Promise<ChartError> {
  const chart = await writeChart(files);
  const rules = rule === undefined ? {} : { simulate: rule };
  return rejectionOf<ChartError>(installChart(chart, { timeout, ...rules }));
}

function expectHook(error: Error, event: string, kind: string, message: RegExp): void {
  expect(error).toBeInstanceOf(ChartError);
  expect((error as ChartError).code).toBe("SEATRIAL_HOOK");
  expect(findingsOf(error)).toMatchObject([
    { object: { kind, name: "migrate" }, message: expect.stringMatching(message) },
  ]);
  expect(findingsOf(error)?.[0]?.message).toMatch(new RegExp(`^${event} hook: `));
}

/** How often the API server was asked to watch PodTemplates, which no other test has. */
async function watchesOfPodTemplates(): Promise<number> {
  const { stdout } = await kubectl("get", "--raw", "/metrics");
  const lines = stdout.split("\n").filter((line) => /^apiserver_request_total\{.*resource="podtemplates"/.test(line));
  const watches = lines.filter((line) => line.includes('verb="WATCH"'));
  return watches.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}

describe("hooks that are neither a Job nor a Pod", () => {
  it("are created and deleted without a watch of their kind, which Helm opens for each", async () => {
    const before = await watchesOfPodTemplates();
    const more = { "helm.sh/hook-delete-policy": "before-hook-creation,hook-succeeded" };
    const names = ["one", "two", "three"];
    const templates = names.map((name) => {
      const annotations = { "helm.sh/hook": "pre-install,pre-upgrade,pre-delete", ...more };
      const object = { apiVersion: "v1", kind: "PodTemplate", metadata: { name, annotations } };
      return JSON.stringify({ ...object, template: { spec: podSpec() } });
    });
    await using release = await installChart(await writeChart({ "templates/a.yaml": templates.join("\n---\n") }), {
      wait: true,
      timeout,
    });
    await release.upgrade({ wait: true, timeout });
    const { kube } = currentControlPlane();
    expect(await kube.list("v1", "PodTemplate", { namespace: release.namespace })).toEqual([]);
    await release.uninstall({ timeout });
    expect((await watchesOfPodTemplates()) - before).toBe(0);
  });
});

describe("a hook that fails is one kind of error", () => {
  const exits = { job: "migrate", exitCode: 3 };

  it.each([
    { title: "may not be tried again", files: hook("Job", "pre-install", { spec: { backoffLimit: 0 } }) },
    { title: "would only be tried again", files: hook("Job", "pre-install") },
    {
      title: "would only be restarted",
      files: hook("Job", "pre-install", { pod: { restartPolicy: "OnFailure" } }),
    },
    {
      title: "is removed at its failure",
      files: hook("Job", "pre-install", {
        spec: { backoffLimit: 0 },
        more: { "helm.sh/hook-delete-policy": "hook-failed" },
      }),
    },
    {
      title: "has removed its Pods and is removed at its failure",
      files: hook("Job", "pre-install", {
        spec: { backoffLimit: 0 },
        pod: { restartPolicy: "OnFailure" },
        more: { "helm.sh/hook-delete-policy": "hook-failed" },
      }),
    },
    { title: "runs after the installation", files: hook("Job", "post-install"), event: "post-install" },
  ])("with the exit code of a Job that $title", async ({ files, event = "pre-install" }) => {
    const error = await failure({ "templates/a.yaml": files }, exits);
    expectHook(error, event, "Job", /container app.* exited with 3/);
  });

  it("in Helm's own error, with the exit code of a Pod that its Job has removed", async () => {
    const { helm, namespace } = currentControlPlane();
    await using home = await namespace();
    const pod = { restartPolicy: "OnFailure" };
    const chart = await writeChart({
      "templates/a.yaml": hook("Job", "pre-install", { spec: { backoffLimit: 0 }, pod }),
    });
    await using _exits = await simulate({ namespace: home.name }, exits);
    const request = { chart, namespace: home.name, releaseName: "demo", timeout: "2m" };
    expect(await rejectionOf(helm.install(request))).toMatchObject({
      helmCode: "hook",
      failures: [{ object: { kind: "Job", name: "migrate" }, ends: ["container app exited with 3"] }],
    });
  });

  it("with the exit code of a Pod", async () => {
    const error = await failure({ "templates/a.yaml": hook("Pod", "pre-install") }, { pod: "migrate", exitCode: 4 });
    expectHook(error, "pre-install", "Pod", /container app exited with 4/);
  });

  it("when its image cannot be pulled", async () => {
    const rule = { job: "migrate", imagePullError: true };
    expectHook(
      await failure({ "templates/a.yaml": hook("Job", "pre-install") }, rule),
      "pre-install",
      "Job",
      /ImagePull/,
    );
  });

  it("when the chart creates its ServiceAccount only later, with what to do", async () => {
    const files = {
      "templates/a.yaml": account,
      "templates/b.yaml": hook("Job", "pre-install", { pod: { serviceAccountName: "runner" } }),
    };
    const error = await failure(files);
    expectHook(error, "pre-install", "Job", /serviceaccount "runner" not found/);
    expect(findingsOf(error)?.[0]?.hint).toContain("make it a hook too (helm.sh/hook: pre-install)");
  });

  it("when the chart creates its ConfigMap only later, with what to do", async () => {
    const pod = { containers: [{ name: "app", image: "a:1", envFrom: [{ configMapRef: { name: "settings" } }] }] };
    const error = await failure({
      "templates/a.yaml": configMap("settings"),
      "templates/b.yaml": hook("Job", "pre-install", { pod }),
    });
    expectHook(error, "pre-install", "Job", /configmap "settings" not found/);
    expect(findingsOf(error)?.[0]?.hint).toContain("Helm creates ConfigMap settings only after this hook");
  });

  it("when its Pod is restarted after every end", async () => {
    const error = await failure({
      "templates/a.yaml": hook("Pod", "pre-install", { pod: { restartPolicy: "Always" } }),
    });
    expectHook(error, "pre-install", "Pod", /restartPolicy is Always/);
  });

  it("when it still runs at the end of its time", async () => {
    const chart = await writeChart({ "templates/a.yaml": hook("Job", "pre-install") });
    const slow = { job: "migrate", exitCode: 0, afterMs: 600_000 };
    const error = await rejectionOf(installChart(chart, { timeout: "2s", simulate: slow }));
    expectHook(error, "pre-install", "Job", /0 of 1 completions are done/);
  });

  it.each<{ event: string; act: (release: Release, chart: string) => Promise<unknown> }>([
    { event: "pre-upgrade", act: (release) => release.upgrade({ timeout }) },
    { event: "post-upgrade", act: (release) => release.upgrade({ timeout }) },
    { event: "pre-rollback", act: (release) => release.rollback(1, { timeout }) },
    { event: "pre-delete", act: (release) => release.uninstall({ timeout }) },
    { event: "post-delete", act: (release) => release.uninstall({ timeout }) },
  ])("at $event", async ({ event, act }) => {
    const chart = await writeChart({ "templates/a.yaml": hook("Job", event) });
    await using release = await installChart(chart);
    await using _exits = await simulate(release, exits);
    expectHook(await rejectionOf(act(release, chart)), event, "Job", /exited with 3/);
  });

  it("when the uninstall has deleted its ServiceAccount, with what to do", async () => {
    const files = {
      "templates/a.yaml": account,
      "templates/b.yaml": hook("Job", "post-delete", { pod: { serviceAccountName: "runner" } }),
    };
    await using release = await installChart(await writeChart(files));
    const error = await rejectionOf(release.uninstall({ timeout }));
    expectHook(error, "post-delete", "Job", /serviceaccount "runner" not found/);
    expect(findingsOf(error)?.[0]?.hint).toContain(
      'Helm deletes the ServiceAccount "runner" before it runs post-delete hooks',
    );
  });
});

describe("a test", () => {
  it("fails at once when its Pod is restarted after every end", async () => {
    const chart = await writeChart({
      "templates/a.yaml": template("Pod", "check", { spec: podSpec() }, { "helm.sh/hook": "test" }),
    });
    await using release = await installChart(chart);
    const { passed, findings } = await release.test({ timeout });
    expect({ passed, findings }).toMatchObject({ passed: false, findings: [{ reason: "RestartPolicyAlways" }] });
  });

  it("that needs a node which does not exist could not be checked", async () => {
    const spec = podSpec({ restartPolicy: "Never", nodeSelector: { disk: "ssd" } });
    const chart = await writeChart({
      "templates/a.yaml": template("Pod", "check", { spec }, { "helm.sh/hook": "test" }),
    });
    await using release = await installChart(chart);
    expect(await rejectionOf(release.test({ timeout }))).toMatchObject({ code: "SEATRIAL_NOT_CHECKED" });
  });
});

describe("a hook that comes too late for what waits", () => {
  const volumes = [{ name: "cert", secret: { secretName: "cert" } }];
  const containers = [{ name: "app", image: "a:1", volumeMounts: [{ name: "cert", mountPath: "/cert" }] }];
  const web = template("Deployment", "web", selecting("web", podSpec({ volumes, containers })));
  const secret = (annotations: object) =>
    JSON.stringify({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "cert", annotations },
      stringData: { a: "b" },
    });

  it.each([
    { event: "post-install", more: {}, hint: "creates it only after everything is ready" },
    { event: "pre-install", more: { "helm.sh/hook-delete-policy": "hook-succeeded" }, hint: "has removed it" },
  ])("ends the wait at once and is named ($event)", async ({ event, more, hint }) => {
    const chart = await writeChart({
      "templates/a.yaml": web,
      "templates/b.yaml": secret({ "helm.sh/hook": event, ...more }),
    });
    const error = await rejectionOf(installChart(chart, { wait: true, timeout }));
    expect(error).toMatchObject({ code: "SEATRIAL_NOT_READY" });
    const [finding] = findingsOf(error) ?? [];
    expect(finding).toMatchObject({ object: { kind: "Deployment", name: "web" } });
    expect(finding?.hint).toContain("hook Secret cert (demo/templates/b.yaml)");
    expect(finding?.hint).toContain(hint);
  });
});
