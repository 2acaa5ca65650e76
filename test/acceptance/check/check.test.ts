import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { configMap, custom, definition, writeChart } from "../../helpers/charts/write-chart.ts";
import { runCli, stable } from "../../helpers/run-cli.ts";
import { issues, secured, stage, statusDefinition } from "../../helpers/stages.ts";

const hook = '  annotations: { helm.sh/hook: "post-install" }\n';
const kept = '  annotations: { helm.sh/resource-policy: "keep" }\n';
const finalizer = '  finalizers: ["example.com/nobody"]\n';

describe("seatrial check", () => {
  it("tries every case of a good chart and exits with 0", async () => {
    const chart = await writeChart(
      {
        "templates/a.yaml": configMap("{{ .Release.Name }}", { size: '"{{ .Values.size }}"' }),
        "values.yaml": "size: 1\n",
        "ci/big-values.yaml": "size: 9\n",
      },
      "good",
    );
    const { exitCode, stdout, stderr } = await runCli(["check", "--jobs", "1"], { cwd: dirname(chart) });
    expect(stable(stdout)).toMatchInlineSnapshot(`
      "passed  good/default <time>
      passed  good/ci/big-values.yaml <time>

      times in ms  lint  template  dry-run  install  test  upgrade  uninstall  leftovers  reinstall
      good 0.1.0
        default  ok <ms>  ok <ms>  ok <ms>  ok <ms>  none  ok <ms>  ok <ms>  ok <ms>  ok <ms>
        ci/big-values.yaml  ok <ms>  ok <ms>  ok <ms>  ok <ms>  none  ok <ms>  ok <ms>  ok <ms>  ok <ms>

      Not tested: containers (simulated; no image was pulled, nothing ran)
      passed: 1 chart, 2 cases · 2 passed · 0 failed · 0 errors, 0 warnings · <time>, control plane <time> · Kubernetes <version>, Helm <version>"
    `);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  });

  it("passes the example charts with all their values", async () => {
    const { exitCode, stdout } = await runCli(["check", "charts"]);
    expect(stdout).toMatch(/^passed: 4 charts, 15 cases · 15 passed · 0 failed · /m);
    expect(exitCode).toBe(0);
  });

  it.each([
    [
      "a volume is of",
      "",
      "volumeMounts: [{ name: a, mountPath: /a }] }], volumes: [{ name: a, secret: { secretName: absent } }",
    ],
    [
      "a hook needs",
      '  annotations: { helm.sh/hook: "pre-install" }\n',
      "envFrom: [{ secretRef: { name: absent } }] }",
    ],
  ])("ends the wait for a Secret that %s and that nothing creates", async (_, annotations, rest) => {
    const spec = `spec: { restartPolicy: Never, containers: [{ name: a, image: a, ${rest}] }\n`;
    const pod = `apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n${annotations}${spec}`;
    const chart = await writeChart({ "templates/a.yaml": pod, "templates/b.yaml": configMap("b") }, "wanting");
    // Longer than the test may take: it would fail if the command waited that long.
    const { exitCode, stdout } = await runCli(["check", chart, "--timeout", "10m"]);
    expect(stdout).toMatch(
      /^ {2}error {2}install {2}Pod a\n.*secret "absent" not found\n(?: {4}.*\n)*? {4}hint {5}.*--stages/m,
    );
    expect(exitCode).toBe(1);
  });

  it("shows object, field, reason, template and hint of what is wrong and exits with 1", async () => {
    const args = ["check", "fixtures/charts/port-out-of-range", "fixtures/charts/misspelt-kind", "--jobs", "1"];
    const { exitCode, stdout, stderr } = await runCli(args);
    expect(stable(stdout)).toMatchInlineSnapshot(`
      "failed  misspelt-kind/default <time>  dry-run: 1 error
      failed  port-out-of-range/default <time>  dry-run: 1 error

      times in ms  lint  template  dry-run  install  test  upgrade  uninstall  leftovers  reinstall
      misspelt-kind 0.1.0
        default  ok <ms>  ok <ms>  FAIL <ms>  not run  not run  not run  not run  not run  not run
      port-out-of-range 0.1.0
        default  ok <ms>  ok <ms>  FAIL <ms>  not run  not run  not run  not run  not run  not run

      misspelt-kind 0.1.0 (fixtures/charts/misspelt-kind)
        error  dry-run  Configmap misspelt-kind
          message  no matches for kind "Configmap" in version "v1"
          reason   NotFound
          at       misspelt-kind/templates/configmap.yaml
          hint     did you mean "ConfigMap"?

      port-out-of-range 0.1.0 (fixtures/charts/port-out-of-range)
        error  dry-run  Service port-out-of-range
          field    spec.ports[0].port
          message  Invalid value: 99999: must be between 1 and 65535, inclusive
          reason   Invalid
          at       port-out-of-range/templates/service.yaml

      failed: 2 charts, 2 cases · 0 passed · 2 failed · 2 errors, 0 warnings · <time>, control plane <time> · Kubernetes <version>, Helm <version>"
    `);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
  });

  it("installs the CRDs of --crds for the whole run", async () => {
    const chart = await writeChart({
      "templates/a.yaml": custom("Anchor", "a"),
      "ci/more-values.yaml": "more: true\n",
    });
    const crds = await writeChart({ "more/a.yaml": definition("Anchor") });
    const without = await runCli(["check", chart]);
    expect(without).toMatchObject({ exitCode: 1 });
    expect(without.stdout.replaceAll(/\s+/g, " ")).toContain("pass that of another chart with --crds or installCrds");
    const run = await runCli(["check", chart, "--crds", join(crds, "more")]);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toContain("2 cases · 2 passed");
    expect(await runCli(["check", chart, "--crds", "nowhere"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("error: The CRDs at nowhere cannot be read: ENOENT"),
    });
  });

  it("makes objects ready as the Stages of --stages define, and says so", async () => {
    const chart = await writeChart({
      "crds/a.yaml": statusDefinition("Beacon"),
      "templates/a.yaml": custom("Beacon", "web"),
      "templates/b.yaml": secured,
      "stages/a.yaml": stage("issue", "Beacon", issues),
      "stages/b.yaml": stage("unused", "Lantern", "selector: {}"),
    });
    const without = await runCli(["check", chart, "--timeout", "3s"]);
    expect(without).toMatchObject({ exitCode: 3 });
    expect(without.stdout).toContain('secret "web-tls" not found');
    expect(without.stdout).toContain("nothing here acts for a Beacon");
    const stages = ["--stages", join(chart, "stages/*.yaml")];
    const run = await runCli(["check", chart, ...stages]);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    const lines = run.stdout.replaceAll(/\s+/g, " ");
    expect(lines).toMatch(
      /Not tested: the controller of Beacon of example\.com\/v1: Stage issue \(\S*stages\/a\.yaml\) was played in its place, \d+ times?/,
    );
    expect(lines).toMatch(
      /Not tested: Stage unused \(\S*b\.yaml\) was not used: it selected no Lantern of example\.com\/v1/,
    );
    const json = JSON.parse((await runCli(["check", chart, ...stages, "--json"])).stdout);
    expect(json.stages).toMatchObject([
      { name: "issue", kind: "Beacon", plays: expect.any(Number), problems: [] },
      { name: "unused", kind: "Lantern", plays: 0, problems: [] },
    ]);
    expect(await runCli(["check", chart, "--stages", join(chart, "crds")])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("error: No Stage was found at "),
    });
  });

  it("warns about a hook that stays, and notes what Helm and Kubernetes keep by rule", async () => {
    const set = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  replicas: 2
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: a, image: a, volumeMounts: [{ name: data, mountPath: /a }] }] }
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;
    const files = {
      "templates/hook.yaml": configMap("hook", {}, hook),
      "templates/kept.yaml": configMap("kept", {}, kept),
      "templates/set.yaml": set,
      "ci/again-values.yaml": "{}",
    };
    const chart = await writeChart(files, "keeper");
    const { exitCode, stdout } = await runCli(["check", chart]);
    expect(stdout.match(/^Kept by design: .*$/gm)).toEqual([
      "Kept by design: keeper: ConfigMap kept (helm.sh/resource-policy: keep), PersistentVolumeClaim data-db-0, PersistentVolumeClaim data-db-1 (claims of StatefulSets)",
    ]);
    expect(stdout).toMatch(/^passed: 1 chart, 2 cases · 2 passed · 0 failed · 0 errors, 2 warnings/m);
    expect(exitCode).toBe(0);
    const { trials } = JSON.parse((await runCli(["check", chart, "--filter", "default", "--json"])).stdout);
    expect(trials[0].findings).toMatchObject([
      {
        severity: "warning",
        step: "leftovers",
        reason: "HookKept",
        object: { kind: "ConfigMap", name: "hook" },
        template: "keeper/templates/hook.yaml",
        message: "it still exists after the uninstall: it is a hook, and Helm does not remove hooks with the release",
        hint: "annotate it with helm.sh/hook-delete-policy: hook-succeeded, or make it an ordinary object",
      },
    ]);
    expect(trials[0].kept).toMatchObject([
      { reason: "Kept", object: { kind: "ConfigMap", name: "kept" } },
      { reason: "VolumeClaimKept", object: { kind: "PersistentVolumeClaim", name: "data-db-0" } },
      { reason: "VolumeClaimKept", object: { kind: "PersistentVolumeClaim", name: "data-db-1" } },
    ]);
  });

  it("fails an object that is not deleted in time, and does not leave it behind", async () => {
    const chart = await writeChart({ "templates/stuck.yaml": configMap("stuck", {}, finalizer) }, "stuck");
    const { exitCode, stdout } = await runCli(["check", chart, "--timeout", "500ms", "--json"]);
    const { trials } = JSON.parse(stdout);
    expect(trials[0].steps.map(({ verdict }: { verdict: string }) => verdict)).toEqual([
      "passed",
      "passed",
      "passed",
      "passed",
      "skipped",
      "passed",
      "failed",
      "skipped",
      "skipped",
    ]);
    expect(trials[0].findings).toMatchObject([{ step: "uninstall", reason: "Leftover", object: { name: "stuck" } }]);
    expect(exitCode).toBe(1);
  });

  it("waits for readiness, runs hooks and tests, and says that containers were simulated", async () => {
    const pod = '{ restartPolicy: Never, containers: [{ name: a, image: "example.com/a:1" }] }';
    const job = `apiVersion: batch/v1
kind: Job
metadata: { name: migrate, annotations: { helm.sh/hook: pre-install } }
spec: { template: { spec: ${pod} } }
`;
    const test = `apiVersion: v1
kind: Pod
metadata: { name: check, annotations: { helm.sh/hook: test, helm.sh/hook-delete-policy: hook-succeeded } }
spec: ${pod}
`;
    const files = { "templates/job.yaml": job, "templates/test.yaml": test, "templates/a.yaml": configMap("a") };
    const { exitCode, stdout } = await runCli(["check", await writeChart(files, "hooked"), "--json"]);
    const { trials, notTested, controlPlane } = JSON.parse(stdout);
    expect(trials[0].steps.map(({ name, verdict }: Record<string, string>) => `${name} ${verdict}`)).toEqual([
      "lint passed",
      "template passed",
      "dry-run passed",
      "install passed",
      "test passed",
      "upgrade passed",
      "uninstall passed",
      "leftovers passed",
      "reinstall passed",
    ]);
    // The Job's Pod stays with the Job and is not a separate finding.
    expect(trials[0].findings).toMatchObject([
      { severity: "warning", reason: "HookKept", object: { kind: "Job", name: "migrate" } },
    ]);
    expect(controlPlane.pods).toBe("simulated");
    expect(notTested).toEqual(["containers (simulated; no image was pulled, nothing ran)"]);
    expect(exitCode).toBe(0);
  });

  it("fails a chart whose Pods cannot become ready, with the cause", async () => {
    const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: a, image: "example.com/a:1", envFrom: [{ secretRef: { name: missing } }] }] }
`;
    const chart = await writeChart({ "templates/a.yaml": deployment }, "waiting");
    const { exitCode, stdout } = await runCli(["check", chart, "--timeout", "3s"]);
    expect(stdout).toContain("error  install  Deployment web");
    expect(stdout).toContain('secret "missing" not found');
    expect(exitCode).toBe(1);
  });

  it("masks the data of Secrets", async () => {
    const secret = "apiVersion: v1\nkind: Secret\nmetadata: { name: s }\ndata: { password: hunter22-is-no-base64 }\n";
    const chart = await writeChart({ "templates/secret.yaml": secret }, "secretive");
    const { exitCode, stdout, stderr } = await runCli(["check", chart, "--json"]);
    expect(stdout + stderr).not.toContain("hunter22");
    expect(JSON.parse(stdout).trials[0].findings).toMatchObject([{ severity: "error", object: { kind: "Secret" } }]);
    expect(exitCode).toBe(1);
  });

  it("keeps two charts with the same cluster-scoped names apart", async () => {
    const role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: shared }\nrules: []\n";
    const one = await writeChart({ "templates/a.yaml": role }, "one");
    const two = await writeChart({ "templates/a.yaml": role }, "two");
    const { exitCode, stdout } = await runCli(["check", one, two, "--jobs", "2"]);
    expect(stdout).toMatch(/^passed: 2 charts, 2 cases · 2 passed/m);
    expect(exitCode).toBe(0);
  });

  it("starts no further case after the first one that does not pass with --fail-fast", async () => {
    const broken = "{{ .Values.a.b.c }}";
    const files = { "templates/a.yaml": broken, "ci/a-values.yaml": "{}", "ci/b-values.yaml": "{}" };
    const args = ["check", await writeChart(files, "failing"), "--fail-fast", "--json"];
    const { exitCode, stdout } = await runCli(args);
    const report = JSON.parse(stdout);
    expect(report.counts).toMatchObject({ failed: 1, skipped: 2, passed: 0 });
    expect(report.trials[2].steps[0].reason).toBe("--fail-fast: failing/ci/a-values.yaml failed");
    expect(exitCode).toBe(1);
  });

  it("writes only JSON to stdout with --json, and JUnit into a new directory", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a") }, "good");
    const file = join(dirname(chart), "reports", "junit.xml");
    const { exitCode, stdout, stderr } = await runCli(["check", chart, "--json", "--junit", file]);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ schemaVersion: 1, verdict: "passed", exitCode: 0, counts: { passed: 1 } });
    expect(report.controlPlane.kubernetes).toMatch(/^v\d+\.\d+\.\d+$/);
    expect(stable(stderr)).toBe("passed  good/default <time>");
    expect(await readFile(file, "utf8")).toContain('<testcase classname="good" name="default: dry-run"');
    expect(exitCode).toBe(0);
  });
});
