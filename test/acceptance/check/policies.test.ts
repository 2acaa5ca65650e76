import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { runCli } from "../../helpers/run-cli.ts";

const deployment = (container: object = {}) =>
  JSON.stringify({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: {
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "app", image: "example.invalid/app:1", ...container }] },
      },
    },
  });
const role = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: "{{ .Release.Namespace }}-{{ .Release.Name }}" }
`;
const group = "admissionregistration.k8s.io/v1";
const resourceRules = [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }];
const policy = (kind: "Validating" | "Mutating", spec: object, binding: object = {}) => {
  const metadata = { name: `crew-${kind.toLowerCase()}` };
  return [
    {
      apiVersion: group,
      kind: `${kind}AdmissionPolicy`,
      metadata,
      spec: { matchConstraints: { resourceRules }, failurePolicy: "Fail", ...spec },
    },
    {
      apiVersion: group,
      kind: `${kind}AdmissionPolicyBinding`,
      metadata,
      spec: { policyName: metadata.name, ...binding },
    },
  ];
};

async function check(template: string, objects: object[], ...args: string[]) {
  const chart = await writeChart({ "templates/a.yaml": template }, "policed");
  const given = join(chart, "given");
  await mkdir(given);
  // Both documents of a policy are in one file.
  await writeFile(join(given, "all.yaml"), objects.map((object) => JSON.stringify(object)).join("\n---\n"));
  const paths = objects.length === 0 ? [] : ["--given", given];
  const run = await runCli(["check", chart, "--timeout", "2m", "--json", ...paths, ...args]);
  return { ...run, report: JSON.parse(run.stdout) };
}

describe("seatrial check with policies as --given", () => {
  it("gives the defaults of a LimitRange to Pods that a ResourceQuota refuses without limits", async () => {
    const hard = { "limits.memory": "4Gi", pods: "10" };
    const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "crew" }, spec: { hard } };
    const limits = [{ type: "Container", default: { memory: "64Mi" }, defaultRequest: { memory: "32Mi" } }];
    const range = { apiVersion: "v1", kind: "LimitRange", metadata: { name: "crew" }, spec: { limits } };
    const refused = await check(deployment(), [quota]);
    expect(refused.exitCode).toBe(1);
    expect(refused.report.trials[0].findings).toMatchObject([
      {
        step: "install",
        object: { kind: "Deployment" },
        message: expect.stringContaining("must specify limits.memory"),
      },
    ]);
    expect((await check(deployment(), [quota, range])).exitCode).toBe(0);
  });

  it("refuses Pods by a ValidatingAdmissionPolicy, which only the events of their ReplicaSet show", async () => {
    const validations = [
      { expression: "object.spec.containers.all(c, has(c.resources.limits))", message: "no limits" },
    ];
    const objects = policy("Validating", { validations }, { validationActions: ["Deny"] });
    const { exitCode, report } = await check(deployment(), objects);
    expect(exitCode).toBe(1);
    expect(report.trials[0].findings).toMatchObject([
      { step: "install", object: { kind: "Deployment", name: "web" }, message: expect.stringContaining("no limits") },
    ]);
    const limits = { resources: { limits: { memory: "64Mi" } } };
    expect((await check(deployment(limits), objects)).exitCode).toBe(0);
  });

  it("changes Pods by a MutatingAdmissionPolicy before they are judged", async () => {
    const jsonPatch = {
      expression: '[JSONPatch{op: "add", path: "/metadata/labels/owner", value: "crew"}]',
    };
    const spec = { reinvocationPolicy: "Never", mutations: [{ patchType: "JSONPatch", jsonPatch }] };
    const validations = [{ expression: "has(object.metadata.labels.owner)", message: "no owner" }];
    const validating = policy("Validating", { validations }, { validationActions: ["Deny"] });
    expect((await check(deployment(), validating)).exitCode).toBe(1);
    expect((await check(deployment(), [...validating, ...policy("Mutating", spec)])).exitCode).toBe(0);
  });
});

describe("seatrial check --pod-security", () => {
  it("fails a chart whose Pods do not meet the level, and reports the level of each case", async () => {
    const chart = await writeChart({
      "templates/a.yaml": deployment({ securityContext: { privileged: true } }).replace(
        "true",
        "{{ .Values.privileged }}",
      ),
      "values.yaml": "privileged: false\n",
      "ci/root-values.yaml": "privileged: true\n",
    });
    const args = ["check", chart, "--pod-security", "baseline", "--skip", "upgrade,reinstall"];
    const { exitCode, stdout } = await runCli(args);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^ {2}default \[baseline\] /m);
    expect(stdout).toMatch(/^ {2}ci\/root-values\.yaml \[privileged\]/m);
    expect(stdout).toContain('violates PodSecurity "baseline": privileged');
    expect(stdout).toContain(
      "Pod Security: demo (default): baseline; not restricted: Deployment web spec.template.spec",
    );
    const { trials } = JSON.parse((await runCli([...args, "--json"])).stdout);
    expect(trials.map(({ podSecurity }: { podSecurity: object }) => podSecurity)).toMatchObject([
      { asked: "baseline", level: "baseline" },
      {
        asked: "baseline",
        level: "privileged",
        prevents: [
          {
            level: "baseline",
            object: { kind: "Deployment", name: "web" },
            container: "app",
            field: "spec.template.spec.containers[0].securityContext.privileged",
            reason: "privileged",
          },
        ],
      },
    ]);
    const allowed = await runCli([...args, "--allow", "PodSecurity=Deployment/web"]);
    expect(allowed.exitCode).toBe(0);
  });

  it("does not accept other levels", async () => {
    const run = await runCli(["check", ".", "--pod-security", "strict"]);
    expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("privileged, baseline, restricted") });
  });
});

describe("seatrial check --as", () => {
  it("fails for a namespace admin with the rights that are missing, and names them", async () => {
    const { exitCode, report } = await check(`${role}---\n${configMap("a")}`, [], "--as", "namespace-admin");
    expect(exitCode).toBe(1);
    const errors = report.trials[0].findings.filter(({ severity }: { severity: string }) => severity === "error");
    expect(errors).toMatchObject([
      {
        step: "dry-run",
        reason: "MissingRight",
        object: { kind: "ClusterRole" },
        message:
          'the user "namespace-admin" may not get, create, patch or delete clusterroles.rbac.authorization.k8s.io',
        hint: expect.stringContaining("an administrator has to create it"),
      },
    ]);
    expect((await check(deployment(), [], "--as", "namespace-admin")).exitCode).toBe(0);
  });

  it.each([
    [["--as", ""], "--as must not be empty"],
    [["--as-group", "crew"], "--as-group requires --as"],
    [["--as", "namespace-admin", "--as-group", "crew"], "--as-group cannot be used with --as namespace-admin"],
    [["--allow", "MissingRight"], "MissingRight cannot be allowed"],
  ])("is checked before anything starts: %j", async (args, message) => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    expect(await runCli(["check", chart, ...args])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(message),
    });
  });
});
