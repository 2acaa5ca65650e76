import { currentControlPlane } from "seatrial";
import { describe, expect, it } from "vitest";
import { planTrials } from "../../../src/trial/plan-trials.ts";
import { runTrial } from "../../../src/trial/trial.ts";
import { noInputs } from "../../../src/trial/trial-inputs.ts";
import type { StepName, TrialResult } from "../../../src/trial/trial-result.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { findingsIn, tryChart } from "../../helpers/try-chart.ts";

const random = "{{ randAlphaNum 24 }}";
const secret = (value: string, more = "") =>
  `apiVersion: v1\nkind: Secret\nmetadata: { name: login }\nstringData:\n  password: ${value}\n${more}`;
const lookup = `{{- $old := lookup "v1" "Secret" .Release.Namespace "login" }}\n`;
const stored = `{{ if $old }}{{ $old.data.password | b64dec }}{{ else }}${random}{{ end }}`;
const deployment = (annotation: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, annotations: { ${annotation} } }
    spec: { containers: [{ name: a, image: "example.invalid/a:1" }] }
`;

function verdictOf({ steps }: TrialResult, name: StepName): string | undefined {
  return steps.find((step) => step.name === name)?.verdict;
}

describe("the upgrade of a trial to the same chart", () => {
  it("fails for a Secret that is generated anew, without its values, and notes the checksums that follow", async () => {
    const checksum = 'checksum/login: {{ include (print $.Template.BasePath "/secret.yaml") . | sha256sum }}';
    const chart = await writeChart({
      "templates/secret.yaml": secret(random),
      "templates/web.yaml": deployment(checksum),
    });
    const result = await tryChart(chart);
    expect(findingsIn(result)).toEqual([
      {
        severity: "error",
        step: "upgrade",
        message: "an upgrade to the same chart with the same values changes it: *** → ***",
        reason: "SecretRegenerated",
        object: { apiVersion: "v1", kind: "Secret", namespace: result.namespace, name: "login" },
        field: "data.password",
        template: "demo/templates/secret.yaml",
        notes: ["Deployment web changes with it: a checksum in it follows"],
        hint: expect.stringContaining("`lookup`"),
      },
    ]);
    // The later steps still have something to say.
    expect(verdictOf(result, "leftovers")).toBe("passed");
    expect(verdictOf(result, "reinstall")).toBe("passed");
  });

  it("passes when the Secret is read back with lookup", async () => {
    const result = await tryChart(await writeChart({ "templates/a.yaml": lookup + secret(stored) }));
    expect({ verdict: result.verdict, findings: findingsIn(result) }).toEqual({ verdict: "passed", findings: [] });
  });

  it("hides a generated value also where another object repeats it", async () => {
    const both = `{{- $p := randAlphaNum 24 }}\n${secret("{{ $p }}")}---\n${configMap("copy", { url: '"https://u:{{ $p }}@db"' })}`;
    const findings = findingsIn(await tryChart(await writeChart({ "templates/a.yaml": both })));
    expect(findings.map(({ object }) => object?.kind).sort()).toEqual(["ConfigMap", "Secret"]);
    const copy = findings.find(({ object }) => object?.kind === "ConfigMap");
    expect(copy).toMatchObject({
      field: "data.url",
      message: expect.stringContaining('"https://u:***@db" → "https://u:***@db"'),
    });
  });

  it("warns of an annotation that restarts the Pods each time", async () => {
    const result = await tryChart(
      await writeChart({ "templates/a.yaml": deployment("rollme: {{ randAlphaNum 5 | quote }}") }),
    );
    expect(result.verdict).toBe("passed");
    expect(findingsIn(result)).toMatchObject([
      {
        severity: "warning",
        step: "upgrade",
        object: { kind: "Deployment", name: "web" },
        field: "spec.template.metadata.annotations.rollme",
      },
    ]);
  });

  it("fails for an object that only an installation renders, unless Helm keeps it", async () => {
    const only = (more: string) => `{{- if .Release.IsInstall }}\n${configMap("once", { a: "b" }, more)}{{- end }}\n`;
    const always = configMap("always", { a: "b" });
    const lost = await tryChart(await writeChart({ "templates/a.yaml": only(""), "templates/b.yaml": always }));
    expect(findingsIn(lost)).toMatchObject([{ reason: "RemovedByUpgrade", object: { name: "once" } }]);
    const keep = "  annotations: { helm.sh/resource-policy: keep }\n";
    const kept = await tryChart(await writeChart({ "templates/a.yaml": only(keep), "templates/b.yaml": always }));
    expect(findingsIn(kept)).toEqual([]);
  });

  it("names the object that gets another name with each upgrade", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("run-{{ .Release.Revision }}", { a: "b" }) });
    expect(findingsIn(await tryChart(chart)).map(({ reason, object }) => [reason, object?.name])).toEqual([
      ["RemovedByUpgrade", "run-1"],
      ["AddedByUpgrade", "run-2"],
    ]);
  });

  it("only warns of a Job that has the revision in its name", async () => {
    const spec =
      'spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: "example.invalid/a:1" }] } } }';
    const job = `apiVersion: batch/v1\nkind: Job\nmetadata: { name: "migrate-{{ .Release.Revision }}" }\n${spec}\n`;
    const result = await tryChart(await writeChart({ "templates/a.yaml": job }));
    expect(result.verdict).toBe("passed");
    expect(findingsIn(result).map(({ severity }) => severity)).toEqual(["warning", "warning"]);
  });

  it("says which immutable field is refused, with its old and its new value", async () => {
    const selector = deployment("a: b").replaceAll("app: web", 'revision: "{{ .Release.Revision }}"');
    expect(findingsIn(await tryChart(await writeChart({ "templates/a.yaml": selector })))).toMatchObject([
      {
        severity: "error",
        step: "upgrade",
        object: { kind: "Deployment", name: "web" },
        field: "spec.selector.matchLabels.revision",
        message: expect.stringContaining("field is immutable"),
        template: "demo/templates/a.yaml",
        notes: ['spec.selector.matchLabels.revision: "1" → "2"'],
        hint: expect.stringContaining("kubectl delete deployment web"),
      },
    ]);
  });

  it("names the controller whose field the chart writes", async () => {
    const role = (name: string, rest: string) =>
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: "{{ .Release.Namespace }}-${name}"\n${rest}`;
    const sum = (rules: string) =>
      role("sum", `aggregationRule: { clusterRoleSelectors: [{ matchLabels: { upgrade-step: part } }] }\n${rules}`);
    const rules = 'rules: [{ apiGroups: [""], resources: [configmaps], verbs: [get] }]\n';
    const part = role("part", `  labels: { upgrade-step: part }\n${rules}`);
    const bad = await tryChart(await writeChart({ "templates/a.yaml": `${sum("rules: []\n")}---\n${part}` }));
    expect(findingsIn(bad)).toMatchObject([
      { step: "upgrade", reason: "Conflict", field: "rules", hint: expect.stringContaining("leave rules out") },
    ]);
    const good = await tryChart(await writeChart({ "templates/a.yaml": `${sum("")}---\n${part}` }));
    expect(findingsIn(good)).toEqual([]);
  });

  it("has nothing against what controllers write after the installation", async () => {
    const service =
      "apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { type: NodePort, selector: { app: web }, ports: [{ port: 80 }] }\n";
    const account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: web }\n";
    const all = [deployment("a: b"), service, account].join("---\n");
    const result = await tryChart(await writeChart({ "templates/a.yaml": all }));
    expect(findingsIn(result)).toEqual([]);
    expect(result.verdict).toBe("passed");
  });
});

describe("the upgrade of a trial from a previous version", () => {
  it("removes what only the previous version has, also outside the namespace, when the upgrade is refused", async () => {
    const name = "upgrade-step-only-old";
    const role = `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: ${name} }\nrules: []\n`;
    const old = await writeChart({ "templates/a.yaml": `${deployment("a: b")}---\n${role}` });
    const chart = await writeChart({ "templates/a.yaml": deployment("a: b").replaceAll("app: web", "app: other") });
    const result = await tryChart(chart, { from: old });
    expect(findingsIn(result)).toMatchObject([{ step: "upgrade-from", field: "spec.selector.matchLabels.app" }]);
    expect(verdictOf(result, "rollback")).toBe("skipped");
    const ref = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", name };
    expect(await currentControlPlane().kube.get(ref)).toBeUndefined();
  });

  it("tries a chart without a previous version in the other steps", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a", { a: "b" }) }, "fresh");
    const { plans } = await planTrials([chart]);
    const [plan] = plans.map((each) => ({ ...each, isComparing: true }));
    if (plan === undefined) throw new Error("there is a plan");
    const how = { plane: currentControlPlane(), isAlone: false, timeout: "30s", inputs: noInputs };
    const result = await runTrial(plan, how);
    expect(result.verdict).toBe("passed");
    expect(result.steps.slice(-2)).toMatchObject([
      { name: "upgrade-from", isAbsent: true },
      { name: "rollback", isAbsent: true },
    ]);
  });
});

describe("the second installation of a trial", () => {
  it("fails when a kept object cannot take the new value", async () => {
    const keep = "metadata: { name: login, annotations: { helm.sh/resource-policy: keep } }";
    const kept = secret(random, "immutable: true\n").replace("metadata: { name: login }", keep);
    const only = `{{- if .Release.IsInstall }}\n${kept}{{- end }}\n`;
    const chart = await writeChart({ "templates/a.yaml": only, "templates/b.yaml": configMap("b") });
    const result = await tryChart(chart);
    expect(findingsIn(result)).toMatchObject([{ step: "reinstall", object: { kind: "Secret", name: "login" } }]);
  });
});

describe("a trial that installs the chart more than once", () => {
  it("has each note once", async () => {
    const claim = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;
    const nightly = `apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{ name: a, image: "example.invalid/a:1", volumeMounts: [{ name: data, mountPath: /data }] }]
          volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]
`;
    const result = await tryChart(await writeChart({ "templates/a.yaml": claim, "templates/b.yaml": nightly }));
    expect(verdictOf(result, "reinstall")).toBe("passed");
    expect(result.notes).toEqual([
      'PersistentVolumeClaim "data" was bound without a Pod: only CronJob nightly uses it, which runs later',
    ]);
  });
});

describe("the rollback of a trial", () => {
  it("passes for a DaemonSet with another template, of which the API server counts the versions", async () => {
    const agent = (image: string) => `apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent }
spec:
  selector: { matchLabels: { app: agent } }
  template:
    metadata: { labels: { app: agent } }
    spec: { containers: [{ name: a, image: "example.invalid/${image}" }] }
`;
    const from = await writeChart({ "templates/a.yaml": agent("a:1") });
    const result = await tryChart(await writeChart({ "templates/a.yaml": agent("a:2") }), { from });
    expect(findingsIn(result)).toEqual([]);
    expect(verdictOf(result, "rollback")).toBe("passed");
  });
});
