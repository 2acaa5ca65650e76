import { currentControlPlane } from "seatrial";
import { expect, it, onTestFinished } from "vitest";
import { toObjectRef } from "../../../src/kube/object-ref.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { findingsIn, tryChart } from "../../helpers/try-chart.ts";

const api = "admissionregistration.k8s.io/v1";
const metadata = { name: "not-owned" };
const relabel = 'Object{metadata: Object.metadata{labels: {"app.kubernetes.io/managed-by": "ops"}}}';
const policy = {
  apiVersion: api,
  kind: "MutatingAdmissionPolicy",
  metadata,
  spec: {
    failurePolicy: "Ignore",
    reinvocationPolicy: "Never",
    matchConstraints: {
      resourceRules: [
        { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["configmaps"] },
      ],
    },
    matchConditions: [{ name: "own", expression: 'object.metadata.name == "not-owned"' }],
    mutations: [{ patchType: "ApplyConfiguration", applyConfiguration: { expression: relabel } }],
  },
};
const binding = {
  apiVersion: api,
  kind: "MutatingAdmissionPolicyBinding",
  metadata,
  spec: { policyName: metadata.name },
};

it("names the label for which Helm skips an object at the uninstall", async () => {
  const { kube } = currentControlPlane();
  for (const object of [policy, binding]) {
    onTestFinished(async () => void (await kube.delete(toObjectRef(object))));
    await kube.apply(object, { fieldManager: "test" });
  }
  const probe = { apiVersion: "v1", kind: "ConfigMap", metadata: { ...metadata, namespace: "default" } };
  await expect
    .poll(async () => (await kube.create(probe, { dryRun: true })).object.metadata.labels, { timeout: 30_000 })
    .toEqual({ "app.kubernetes.io/managed-by": "ops" });
  const findings = findingsIn(await tryChart(await writeChart({ "templates/a.yaml": configMap("not-owned") })));
  expect(findings.filter(({ step }) => step === "leftovers")).toMatchObject([
    {
      severity: "error",
      reason: "NotOwned",
      object: { kind: "ConfigMap", name: "not-owned" },
      message: expect.stringContaining('its label app.kubernetes.io/managed-by is "ops" instead of "Helm"'),
      template: "demo/templates/a.yaml",
    },
  ]);
});
