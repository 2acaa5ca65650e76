import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { runCli } from "../../helpers/run-cli.ts";

const deployment = (pod: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: ${pod}
`;

/** Checks a chart with this template without and with the given objects. */
async function checkWith(template: string, objects: object[], ...args: string[]) {
  const chart = await writeChart({ "templates/a.yaml": template, "ci/b-values.yaml": "{}" }, "needy");
  const given = join(chart, "given");
  await mkdir(given);
  await writeFile(join(given, "all.yaml"), objects.map((object) => JSON.stringify(object)).join("\n---\n"));
  const check = async (...more: string[]) => {
    const run = await runCli(["check", chart, "--timeout", "30s", "--json", ...more]);
    return { ...run, report: JSON.parse(run.stdout) };
  };
  return { chart, without: () => check(), with: () => check("--given", given, ...args) };
}

describe("the objects of seatrial check --given", () => {
  it("are in the namespace of every case, and are not leftovers", async () => {
    const pod = "{ containers: [{ name: a, image: a, envFrom: [{ secretRef: { name: login } }] }] }";
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "login" },
      stringData: { password: "hunter22" },
    };
    const run = await checkWith(deployment(pod), [secret]);
    expect((await run.without()).exitCode).toBe(1);
    expect((await run.with()).report).toMatchObject({ exitCode: 0, counts: { passed: 2, warnings: 0, errors: 0 } });
  });

  it("are nodes, with what they offer", async () => {
    const pod =
      "{ nodeSelector: { accelerator: a100 }, containers: [{ name: a, image: a, resources: { limits: { nvidia.com/gpu: 1 } } }] }";
    const size = { cpu: "8", memory: "32Gi", pods: "110", "nvidia.com/gpu": "2" };
    const metadata = { name: "gpu-1", labels: { accelerator: "a100" } };
    const node = { apiVersion: "v1", kind: "Node", metadata, status: { capacity: size, allocatable: size } };
    const run = await checkWith(deployment(pod), [node]);
    expect((await run.with()).report).toMatchObject({ exitCode: 0, counts: { passed: 2 } });
  });

  it("are storage classes, which are provisioned whoever their provisioner is", async () => {
    const claim = `---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { storageClassName: gp3, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;
    const pod =
      "{ containers: [{ name: a, image: a, volumeMounts: [{ name: a, mountPath: /a }] }], volumes: [{ name: a, persistentVolumeClaim: { claimName: data } }] }";
    const gp3 = {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "gp3" },
      provisioner: "ebs.csi.aws.com",
    };
    const run = await checkWith(`${deployment(pod)}${claim}`, [gp3]);
    expect((await run.with()).report).toMatchObject({ exitCode: 0, counts: { passed: 2 } });
  });

  it("are the labels of the namespace, and quotas in it", async () => {
    const pod = "{ containers: [{ name: a, image: a }] }";
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "tenant", labels } };
    const restricted = await checkWith(deployment(pod), [namespace], "--namespace", "tenant");
    expect((await restricted.without()).exitCode).toBe(0);
    const policed = await restricted.with();
    expect(policed.exitCode).toBe(1);
    expect(policed.stdout).toContain('violates PodSecurity \\"restricted:latest\\"');
    const quota = {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "small" },
      spec: { hard: { pods: "0" } },
    };
    const limited = await (await checkWith(deployment(pod), [quota])).with();
    expect(limited.exitCode).toBe(1);
    expect(limited.stdout).toContain("exceeded quota: small");
  });

  it("are policies, which are in effect for the first case", async () => {
    const group = "admissionregistration.k8s.io/v1";
    const rules = [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] }];
    const matchConstraints = { resourceRules: rules };
    const validations = [
      { expression: "'owner' in object.metadata.?labels.orValue({})", message: "it needs an owner" },
    ];
    const metadata = { name: "owners" };
    const policy = {
      apiVersion: group,
      kind: "ValidatingAdmissionPolicy",
      metadata,
      spec: { matchConstraints, validations },
    };
    const binding = {
      apiVersion: group,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata,
      spec: { policyName: "owners", validationActions: ["Deny"] },
    };
    const run = await checkWith(configMap("a"), [policy, binding]);
    const { report } = await run.with();
    expect(report).toMatchObject({ exitCode: 1, counts: { failed: 2 } });
    expect(report.trials[0].findings).toMatchObject([
      { step: "dry-run", message: expect.stringContaining("it needs an owner") },
    ]);
  });

  it("are masked in the report when a template prints them", async () => {
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "login" },
      data: { password: Buffer.from("hunter22").toString("base64") },
    };
    const print =
      '{{ with lookup "v1" "Secret" .Release.Namespace "login" }}{{ fail (.data.password | b64dec) }}{{ end }}';
    const run = await checkWith(`${configMap("a")}${print}\n`, [secret]);
    const { exitCode, stdout, stderr } = await run.with();
    expect(exitCode).toBe(1);
    expect(stdout + stderr).not.toContain("hunter22");
  });

  it("do not hide the report when they cannot be removed", async () => {
    const metadata = { name: "stuck", namespace: "default", finalizers: ["example.com/nobody"] };
    const run = await checkWith(configMap("a"), [{ apiVersion: "v1", kind: "ConfigMap", metadata }]);
    const { exitCode, report } = await run.with();
    expect(report).toMatchObject({ verdict: "errored", counts: { passed: 2 } });
    expect(report.error).toMatchObject({ code: "SEATRIAL_TIMEOUT", message: expect.stringContaining("stuck") });
    expect(exitCode).toBe(3);
  });

  it("are refused with their file when they cannot be created", async () => {
    const run = async (object: object) => (await checkWith(configMap("a"), [object])).with();
    const wrong = await run({ apiVersion: "v1", kind: "Namespace", metadata: { name: "UPPER" } });
    expect(wrong.exitCode).toBe(2);
    expect(wrong.report.error.message).toMatch(
      /^The API server refused 1 of 1 objects of --given\n {2}Namespace UPPER \(.*all\.yaml\): metadata\.name: /,
    );
    const unknown = await run({ apiVersion: "example.com/v1", kind: "Anchor", metadata: { name: "a" } });
    expect(unknown.report.error.message).toContain(
      'no matches for kind "Anchor" in version "example.com/v1"\nHint: add its CustomResourceDefinition with --crds',
    );
    const there = await run({ apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } });
    expect(there.report.error.message).toMatch(
      /^Namespace kube-system \(.*all\.yaml\) of --given exists already on the control plane/,
    );
  });
});

describe("the options of seatrial check", () => {
  it("give --set to every case, above its own values", async () => {
    const template = '{{ if ne (toString .Values.size) "3" }}{{ fail "wrong size" }}{{ end }}\n';
    const chart = await writeChart({
      "templates/a.yaml": `${template}${configMap("a")}`,
      "values.yaml": "size: 1\n",
      "ci/b-values.yaml": "size: 2\n",
      "c.yaml": "size: 4\n",
    });
    const args = ["check", chart, "--values", join(chart, "c.yaml"), "--set", "size=3"];
    expect(await runCli(args)).toMatchObject({ exitCode: 0, stderr: "" });
    expect((await runCli(args.slice(0, 4))).stdout).toContain("wrong size");
  });

  it("set the number of nodes", async () => {
    const affinity =
      "{ podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: web } } }] } }";
    const template = deployment(`{ affinity: ${affinity}, containers: [{ name: a, image: a }] }`).replace(
      "spec:\n",
      "spec:\n  replicas: 5\n",
    );
    const chart = await writeChart({ "templates/a.yaml": template });
    expect((await runCli(["check", chart, "--nodes", "5"])).exitCode).toBe(0);
  });

  it.each([
    [["--set", "size"], "--set size: it must be KEY=VALUE, as for helm"],
    [["--values", "nowhere.yaml"], "--values nowhere.yaml: the file cannot be read: ENOENT"],
    [["--values", "package.json", "--namespace", "Upper"], "--namespace Upper: a name has at most 63 "],
    [["--release-name", "a".repeat(54)], "a name has at most 53 "],
    [["--given", "nowhere"], "The objects of --given at nowhere cannot be read: ENOENT"],
    [["--given", ""], "A path of the objects of --given is empty"],
    [["--nodes", "many"], "It must be a whole number."],
  ])("are checked before anything starts: %j", async (args, message) => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    expect(await runCli(["check", chart, ...args])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(message),
    });
  });
});
