import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { configMap, custom, definition, writeChart } from "../../helpers/charts/write-chart.ts";
import { runCli } from "../../helpers/run-cli.ts";

/** Checks a chart with this `ci/seatrial.yaml`. */
async function checkWith(config: string, files: Record<string, string>, ...args: string[]) {
  const chart = await writeChart({ "ci/seatrial.yaml": config, ...files }, "demo");
  return { chart, ...(await checkJson(dirname(chart), "demo", ...args)) };
}

async function checkJson(cwd: string, ...args: string[]) {
  const { exitCode, stdout, stderr } = await runCli(["check", ...args, "--timeout", "30s", "--json"], { cwd });
  const report = JSON.parse(stdout);
  const verdicts = Object.fromEntries(
    report.trials.map(({ id, verdict }: { id: string; verdict: string }) => [id, verdict]),
  );
  return { exitCode, stderr, report, verdicts };
}

const errorOf = (trial: { steps: { error?: { message: string } }[] }) =>
  trial.steps.find(({ error }) => error !== undefined)?.error?.message;
const required = configMap("a", { size: '{{ required "size must be set" .Values.size | quote }}' });
const reader = `apiVersion: v1
kind: Pod
metadata: { name: a }
spec: { restartPolicy: Never, containers: [{ name: a, image: a, envFrom: [{ secretRef: { name: login } }] }] }
`;
const secret = "{ apiVersion: v1, kind: Secret, metadata: { name: login }, stringData: { password: hunter22 } }";

describe("seatrial check with a seatrial.yaml", () => {
  it("gives a chart what it requires, and options of the command line win", async () => {
    const guard = (field: string, name: string) =>
      `{{ if ne .Release.${field} "${name}" }}{{ fail "${field} is {{ .Release.${field} }}" }}{{ end }}\n`;
    const files = { "templates/a.yaml": `${guard("Namespace", "shop")}${guard("Name", "one")}${required}` };
    const config = "values: { size: 1 }\nnamespace: shop\nreleaseName: one\n";
    const { chart, report, exitCode } = await checkWith(config, files);
    expect({ exitCode, trial: report.trials[0] }).toMatchObject({
      exitCode: 0,
      trial: { namespace: "shop", case: { values: ["demo/ci/seatrial.yaml:1"] } },
    });
    const other = await checkJson(dirname(chart), "demo", "--release-name", "two");
    expect(errorOf(other.report.trials[0])).toContain("Name is");
    const elsewhere = await checkJson(dirname(chart), "demo", "--namespace", "elsewhere");
    expect(elsewhere.report.trials[0].namespace).toBe("elsewhere");
  });

  it("creates given objects for one case alone, and not for the next", async () => {
    const config = `cases:\n  with login: { given: ${secret} }\n  without login: { mustFail: { code: CreateContainerConfigError, object: Pod/a } }\n`;
    const { verdicts, exitCode, report } = await checkWith(`${config}  default: { given: ${secret} }\n`, {
      "templates/a.yaml": reader,
    });
    expect(verdicts).toEqual({ "demo/default": "passed", "demo/with login": "passed", "demo/without login": "passed" });
    expect({ exitCode, warnings: report.counts.warnings }).toEqual({ exitCode: 0, warnings: 0 });
    expect(JSON.stringify(report)).not.toContain("hunter22");
  });

  it("creates cluster-scoped objects for one case alone: classes, definitions and policies", async () => {
    const rules = "[{ apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [configmaps] }]";
    const meta = "metadata: { name: nothing }";
    const group = "apiVersion: admissionregistration.k8s.io/v1";
    const validations = "validations: [{ expression: 'false', message: nothing is allowed }]";
    const config = `cases:
  default: { mustFail: { code: template, message: install the operator } }
  served: { given: crd.yaml }
  refused:
    given:
      - crd.yaml
      - { ${group}, kind: ValidatingAdmissionPolicy, ${meta}, spec: { matchConstraints: { resourceRules: ${rules} }, ${validations} } }
      - { ${group}, kind: ValidatingAdmissionPolicyBinding, ${meta}, spec: { policyName: nothing, validationActions: [Deny] } }
    mustFail: { code: Invalid, object: ConfigMap/b, message: nothing is allowed }
  served again: { given: crd.yaml }
`;
    const has =
      '{{ if not (.Capabilities.APIVersions.Has "example.com/v1/Anchor") }}{{ fail "install the operator" }}{{ end }}\n';
    const { verdicts, report, exitCode } = await checkWith(config, {
      "templates/a.yaml": `${has}${custom("Anchor", "a")}`,
      "templates/b.yaml": configMap("b"),
      "ci/crd.yaml": definition("Anchor"),
    });
    expect(verdicts, JSON.stringify(report.trials, null, 1)).toEqual({
      "demo/default": "passed",
      "demo/served": "passed",
      "demo/refused": "passed",
      "demo/served again": "passed",
    });
    expect(exitCode).toBe(0);
  });

  it("labels the namespace of a case, which decides what Pod Security refuses", async () => {
    const restricted = "namespace: { labels: { pod-security.kubernetes.io/enforce: restricted } }";
    const config = `cases:\n  default: {}\n  strict: { ${restricted}, mustFail: { code: Forbidden, message: PodSecurity } }\n`;
    const pod = "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: a }] }\n";
    const run = await checkWith(config, { "templates/a.yaml": pod });
    expect(run.verdicts).toEqual({ "demo/default": "passed", "demo/strict": "passed" });
    const system = await checkWith("namespace: { name: kube-system, labels: { a: b } }\n", {
      "templates/a.yaml": configMap("a"),
    });
    expect(system.exitCode).toBe(3);
    expect(errorOf(system.report.trials[0])).toMatch(/^Namespace kube-system exists already: its labels /);
  });

  it("allows findings of one chart with a reason, and names an entry that allows nothing", async () => {
    const random = configMap("a", { a: "{{ randAlphaNum 9 }}" });
    const config =
      "allow:\n  - { code: ChangedByUpgrade, object: ConfigMap/a, reason: it is a nonce }\n  - { code: LeftBehind, reason: never }\n";
    const { chart, report, exitCode } = await checkWith(config, { "templates/a.yaml": random });
    expect({ exitCode, unused: report.unusedAllowances }).toEqual({
      exitCode: 0,
      unused: ["LeftBehind in demo/ci/seatrial.yaml:3"],
    });
    expect(report.trials[0].allowed).toMatchObject([
      {
        allowedBy: "ChangedByUpgrade=ConfigMap/a",
        allowedBecause: "it is a nonce",
        allowedAt: "demo/ci/seatrial.yaml:2",
      },
    ]);
    const { stdout } = await runCli(["check", "demo"], { cwd: dirname(chart) });
    expect(stdout).toContain(
      "Allowed: demo: ChangedByUpgrade ConfigMap a (it is a nonce; demo/ci/seatrial.yaml:2)\n" +
        "Allowed nothing: LeftBehind in demo/ci/seatrial.yaml:3 matches no finding\n",
    );
  });

  it("applies the file of a repository to all charts below it", async () => {
    const random = { "templates/a.yaml": configMap("a", { a: "{{ randAlphaNum 9 }}" }) };
    const chart = await writeChart(random, "demo");
    const root = dirname(chart);
    await mkdir(join(root, ".git"));
    await writeFile(join(root, "seatrial.yaml"), "skip: [upgrade]\ncharts:\n  demo: { kubeVersions: ['1.20'] }\n");
    const { exitCode, report } = await checkJson(chart, ".", "--kube-version", "1.36");
    expect(exitCode).toBe(0);
    const upgrade = report.trials[0].steps.find(({ name }: { name: string }) => name === "upgrade");
    expect(upgrade).toMatchObject({ isAbsent: true, reason: expect.stringMatching(/^skip in .*seatrial\.yaml:1$/) });
    expect(report.notTested).toContainEqual(
      expect.stringMatching(/^Kubernetes 1\.20 of kubeVersions in .*seatrial\.yaml:3: this run is on 1\.36 /),
    );
  });

  it("tries each case on the versions of Kubernetes that its settings name, and the others on all of them", async () => {
    const config = "cases:\n  default: { kubeVersions: ['1.35', '1.36'] }\n  new: { kubeVersions: ['1.36'] }\n";
    const { report, verdicts, exitCode } = await checkWith(`${config}  any: {}\n`, {
      "templates/a.yaml": configMap("a", { version: "{{ .Capabilities.KubeVersion.Version }}" }),
    });
    expect({ exitCode, verdicts }).toEqual({
      exitCode: 0,
      verdicts: {
        "demo/any@1.35": "passed",
        "demo/any@1.36": "passed",
        "demo/default@1.35": "passed",
        "demo/default@1.36": "passed",
        "demo/new@1.35": "skipped",
        "demo/new@1.36": "passed",
      },
    });
    const left = report.trials.find(({ id }: { id: string }) => id === "demo/new@1.35");
    expect(left.steps[0].reason).toMatch(/^kubeVersions in .*seatrial\.yaml:3 does not name Kubernetes 1\.35$/);
    expect(report.notTested.join("\n")).not.toContain("of kubeVersions");
  });

  it("ends with an error when its settings name a version of Kubernetes that does not exist", async () => {
    const chart = await writeChart({
      "ci/seatrial.yaml": "kubeVersions: ['1.20']\n",
      "templates/a.yaml": configMap("a"),
    });
    const { exitCode, stdout, stderr } = await runCli(["check", chart]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/1\.20/);
  });

  it("has as many nodes as a case asks for, unless --nodes says otherwise", async () => {
    const affinity =
      "{ podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: a } } }] } }";
    const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: a }
spec:
  replicas: 5
  selector: { matchLabels: { app: a } }
  template:
    metadata: { labels: { app: a } }
    spec: { affinity: ${affinity}, containers: [{ name: a, image: a }] }
`;
    const { chart, exitCode } = await checkWith("cases: { default: { nodes: 5 } }\n", {
      "templates/a.yaml": deployment,
    });
    expect(exitCode).toBe(0);
    expect((await checkJson(dirname(chart), "demo", "--nodes", "2")).exitCode).not.toBe(0);
  });

  it("exits with 2 and all problems before anything starts", async () => {
    const run = await checkWith("timout: 5m\nnodes: many\n", { "templates/a.yaml": configMap("a") });
    expect(run).toMatchObject({ exitCode: 2, report: { trials: [], error: { code: "SEATRIAL_USAGE" } } });
    expect(run.report.error.message.split("\n")).toEqual([
      "demo/ci/seatrial.yaml has 2 problems",
      "  demo/ci/seatrial.yaml:1: timout: unknown key: did you mean timeout?",
      '  demo/ci/seatrial.yaml:2: nodes: it must be a whole number, got "many" (string)',
      "Hint: docs/configuration.md lists all keys",
    ]);
  });

  it("is not the chart's fault when the API server refuses what is given", async () => {
    const wrong = "given: { apiVersion: v1, kind: Secret, metadata: { name: UPPER } }\n";
    const run = await checkWith(wrong, { "templates/a.yaml": configMap("a") });
    expect(run).toMatchObject({ exitCode: 3, report: { counts: { failed: 0, errored: 1 } } });
    expect(errorOf(run.report.trials[0])).toMatch(/^The API server refused the given Secret UPPER: /);
    const metadata = "metadata: { name: quiet }, value: ";
    const given = (value: number) =>
      `given: { apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, ${metadata}${value} }\n`;
    const twice = await checkWith(
      given(1),
      { "templates/a.yaml": configMap("a"), "more.yaml": given(2).slice(7) },
      "--given",
      "demo/more.yaml",
    );
    expect(errorOf(twice.report.trials[0])).toMatch(/^PriorityClass quiet is given to all charts, and another one /);
    expect(twice.exitCode).toBe(3);
    const unknown = "given: { apiVersion: example.com/v1, kind: Nothing, metadata: { name: a } }\n";
    expect((await checkWith(unknown, { "templates/a.yaml": configMap("a") })).exitCode).toBe(3);
  });
});

describe("a case with mustFail", () => {
  const files = { "templates/a.yaml": configMap("{{ .Values.name }}"), "values.yaml": "name: a\n" };

  it("passes with the error, and fails without it and with another one", async () => {
    const config = `cases:
  expected: { values: { name: UPPER }, mustFail: { code: Invalid, object: ConfigMap/UPPER } }
  fixed: { mustFail: { code: Invalid, reason: names are lower case } }
  another: { values: { name: UPPER }, mustFail: { code: Forbidden } }
  elsewhere: { values: { name: UPPER }, mustFail: { code: Invalid, step: install } }
`;
    const { verdicts, report, exitCode } = await checkWith(config, files);
    expect(verdicts).toEqual({
      "demo/default": "passed",
      "demo/expected": "passed",
      "demo/fixed": "failed",
      "demo/another": "failed",
      "demo/elsewhere": "failed",
    });
    expect(exitCode).toBe(1);
    const missing = report.trials.flatMap(({ findings }: { findings: { reason: string }[] }) =>
      findings.filter(({ reason }) => reason === "FailureMissing"),
    );
    expect(missing).toMatchObject([
      {
        message: "the case must fail with Invalid, and does not",
        notes: ["expected in demo/ci/seatrial.yaml:3", "because: names are lower case"],
      },
      {
        step: "dry-run",
        message: "the case must fail with Forbidden, and does not",
        notes: ["expected in demo/ci/seatrial.yaml:4", "found: Invalid of ConfigMap/UPPER in the step dry-run (error)"],
      },
      { message: "the case must fail with Invalid in the step install, and does not" },
    ]);
    const expected = report.trials[1];
    expect(expected).toMatchObject({
      // Lint warns of the name, too.
      findings: [{ severity: "warning", reason: "Lint" }],
      expected: [{ reason: "Invalid", expectedBy: "Invalid of ConfigMap/UPPER" }],
    });
  });

  it("fails with a further error next to the expected one", async () => {
    const two = { ...files, "templates/b.yaml": configMap("B") };
    const { verdicts } = await checkWith(
      "cases:\n  default: { mustFail: { code: Invalid, object: ConfigMap/B } }\n  both: { values: { name: UPPER }, mustFail: { code: Invalid, object: ConfigMap/B } }\n  each: { values: { name: UPPER }, mustFail: [{ code: Invalid, object: ConfigMap/B }, { code: Invalid, object: ConfigMap/U* }] }\n",
      two,
    );
    expect(verdicts).toEqual({ "demo/default": "passed", "demo/both": "failed", "demo/each": "passed" });
  });

  it("could not be checked when a step that might have failed was left out, or the cluster lacks something", async () => {
    const left = await checkWith("cases: { default: { mustFail: { code: NoTests }, skip: [reinstall] } }\n", files);
    expect(left).toMatchObject({ exitCode: 3, report: { counts: { errored: 1, failed: 0 } } });
    expect(errorOf(left.report.trials[0])).toContain(
      "the step reinstall was left out: skip in demo/ci/seatrial.yaml:1",
    );
    const elsewhere = configMap("a", {}, "  namespace: traces\n");
    const lacking = await checkWith("mustFail: { code: NotFound }\n", { "templates/a.yaml": elsewhere });
    expect(lacking).toMatchObject({ exitCode: 3, report: { counts: { errored: 1 } } });
  });

  it("is a case for values that the chart requires", async () => {
    const config =
      "cases:\n  default: { values: { size: 1 } }\n  without size: { mustFail: { code: template, message: size must be set } }\n";
    const { verdicts, exitCode } = await checkWith(config, { "templates/a.yaml": required });
    expect({ verdicts, exitCode }).toEqual({
      verdicts: { "demo/default": "passed", "demo/without size": "passed" },
      exitCode: 0,
    });
  });
});
