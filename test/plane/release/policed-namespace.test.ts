import {
  currentControlPlane,
  dryRunChart,
  findingsOf,
  installChart,
  type KubeObject,
  type SeatrialError,
} from "seatrial";
import { describe, expect, it, onTestFinished } from "vitest";
import { toObjectRef } from "../../../src/kube/object-ref.ts";
import { waitForPolicies } from "../../../src/sharing/policies-in-effect.ts";
import { writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";
import { once, podSpec, selecting, template } from "../../helpers/workloads.ts";

const timeout = "5m";
const strict = {
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};
const strictPod = podSpec({ containers: [{ name: "app", image: "example.com/app:1", securityContext: strict }] });
const web = (pod: object = podSpec()) => template("Deployment", "web", selecting("web", pod));
const stateful = () =>
  template("StatefulSet", "db", { spec: { ...selecting("db", podSpec()).spec, serviceName: "db" } });
const job = (annotations: object = {}) => template("Job", "init", once(), annotations);

async function failure(file: string, options: Parameters<typeof installChart>[1]) {
  const chart = await writeChart({ "templates/a.yaml": file });
  const error = await rejectionOf<SeatrialError>(
    installChart(chart, { timeout, wait: true, waitForJobs: true, ...options }),
  );
  return { error, findings: findingsOf(error) ?? [] };
}

/** A policy about the Pods of a namespace, which is in effect when it resolves. */
async function policyFor(namespace: string, kind: "Validating" | "Mutating", spec: object): Promise<void> {
  const plane = currentControlPlane();
  const apiVersion = "admissionregistration.k8s.io/v1";
  const metadata = { name: `${kind.toLowerCase()}-${namespace}` };
  const resourceRules = [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }];
  const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": namespace } };
  const actions = kind === "Validating" ? { validationActions: ["Deny"] } : {};
  const objects: KubeObject[] = [
    {
      apiVersion,
      kind: `${kind}AdmissionPolicy`,
      metadata,
      spec: { matchConstraints: { resourceRules, namespaceSelector }, ...spec },
    },
    { apiVersion, kind: `${kind}AdmissionPolicyBinding`, metadata, spec: { policyName: metadata.name, ...actions } },
  ];
  for (const object of objects) await plane.kube.create(object);
  onTestFinished(async () => {
    for (const object of objects.toReversed()) await plane.kube.delete(toObjectRef(object));
    await waitForPolicies(plane, objects);
  });
  await waitForPolicies(plane, objects);
}

async function ownNamespace(): Promise<string> {
  const { name, remove } = await currentControlPlane().namespace();
  onTestFinished(remove);
  return name;
}

describe("a new namespace with a Pod Security level", () => {
  const namespace = { podSecurity: "restricted" } as const;

  it.each([
    ["a Deployment", web(), "Deployment"],
    ["a StatefulSet", stateful(), "StatefulSet"],
    ["a Job", job(), "Job"],
    ["a hook", job({ "helm.sh/hook": "post-install" }), "Job"],
  ])("refuses the Pods of %s, which its controller only says in events", async (_title, file, kind) => {
    const { findings } = await failure(file, { namespace });
    expect(findings).toMatchObject([
      { object: { kind }, message: expect.stringContaining('violates PodSecurity "restricted:latest"') },
    ]);
  });

  it("takes Pods that meet it, and has the labels", async () => {
    const chart = await writeChart({ "templates/a.yaml": web(strictPod) });
    const labels = { team: "harbour" };
    await using release = await installChart(chart, { namespace: { ...namespace, labels }, wait: true });
    const { kube } = currentControlPlane();
    const stored = await kube.get({ apiVersion: "v1", kind: "Namespace", name: release.namespace });
    expect(stored?.metadata.labels).toMatchObject({
      "pod-security.kubernetes.io/enforce": "restricted",
      team: "harbour",
    });
    expect(release.hasOwnNamespace).toBe(true);
  });

  it("makes a dry run warn of workloads, and refuse Pods", async () => {
    const pod = template("Pod", "alone", { spec: podSpec() });
    const chart = await writeChart({ "templates/a.yaml": `${web()}---\n${pod}` });
    const { findings, warnings } = await dryRunChart(chart, { namespace });
    expect(findings).toMatchObject([{ object: { kind: "Pod" }, reason: "Forbidden" }]);
    expect(warnings).toMatchObject([
      { object: { kind: "Deployment" }, message: expect.stringContaining("would violate PodSecurity") },
    ]);
  });

  it("must have a level that exists", async () => {
    const chart = await writeChart({ "templates/a.yaml": web() });
    const wrong = { podSecurity: "strict" } as unknown as { podSecurity: "restricted" };
    const error = await rejectionOf<SeatrialError>(installChart(chart, { namespace: wrong }));
    expect(error).toMatchObject({ code: "SEATRIAL_USAGE" });
  });
});

describe("a refusal of Pods ends the wait at once", () => {
  it("by a LimitRange", async () => {
    const namespace = await ownNamespace();
    await currentControlPlane().kube.create({
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { name: "small", namespace },
      spec: { limits: [{ type: "Container", max: { memory: "64Mi" }, default: { memory: "64Mi" } }] },
    });
    const resources = { limits: { memory: "1Gi" } };
    const large = podSpec({ containers: [{ name: "app", image: "example.com/app:1", resources }] });
    const { findings, error } = await failure(web(large), { namespace });
    expect(error.code).toBe("SEATRIAL_NOT_READY");
    expect(findings).toMatchObject([
      {
        object: { kind: "Deployment" },
        message: expect.stringContaining("maximum memory usage per Container is 64Mi"),
      },
    ]);
    const chart = await writeChart({ "templates/a.yaml": web() });
    await using release = await installChart(chart, { namespace, wait: true });
    expect(release.status).toBe("deployed");
  });

  it("by a ValidatingAdmissionPolicy", async () => {
    const namespace = await ownNamespace();
    const validations = [{ expression: "has(object.metadata.labels.owner)", message: "a Pod needs an owner" }];
    await policyFor(namespace, "Validating", { validations });
    for (const [file, kind] of [
      [web(), "Deployment"],
      [job({ "helm.sh/hook": "pre-install" }), "Job"],
    ] as const) {
      const { findings } = await failure(file, { namespace });
      expect(findings).toMatchObject([{ object: { kind }, message: expect.stringContaining("a Pod needs an owner") }]);
    }
  });

  it("not when a MutatingAdmissionPolicy makes the Pods fit", async () => {
    const plane = currentControlPlane();
    const { name: namespace, remove } = await plane.namespace({ podSecurity: "restricted" });
    onTestFinished(remove);
    const strictest =
      '{"runAsNonRoot": dyn(true), "allowPrivilegeEscalation": dyn(false), "capabilities": dyn({"drop": ["ALL"]}), "seccompProfile": dyn({"type": "RuntimeDefault"})}';
    const expression = `[JSONPatch{op: "add", path: "/spec/containers/0/securityContext", value: ${strictest}}]`;
    await policyFor(namespace, "Mutating", {
      reinvocationPolicy: "Never",
      failurePolicy: "Fail",
      mutations: [{ patchType: "JSONPatch", jsonPatch: { expression } }],
    });
    const chart = await writeChart({ "templates/a.yaml": web() });
    await using release = await installChart(chart, { namespace, wait: true });
    expect(release.status).toBe("deployed");
  });
});
