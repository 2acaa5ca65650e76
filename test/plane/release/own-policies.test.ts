import { type ChartError, currentControlPlane, findingsOf, installChart } from "seatrial";
import { expect, it } from "vitest";
import { waitForPolicies } from "../../../src/sharing/policies-in-effect.ts";
import { writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";
import { once, template } from "../../helpers/workloads.ts";

const policy = `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: "{{ .Release.Namespace }}" }
spec:
  matchConstraints:
    namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: "{{ .Release.Namespace }}" } }
    resourceRules: [{ apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [secrets] }]
  matchConditions: [{ name: guarded, expression: "object.metadata.name == 'guarded'" }]
  validations: [{ expression: "false", message: "{{ .Values.message }}" }]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: { name: "{{ .Release.Namespace }}" }
spec: { policyName: "{{ .Release.Namespace }}", validationActions: [Deny] }
`;

it("has its admission policies in effect when an installation or an upgrade resolves", async () => {
  const chart = await writeChart({ "templates/a.yaml": policy, "values.yaml": "message: first\n" });
  await using release = await installChart(chart);
  const guarded = { apiVersion: "v1", kind: "Secret", metadata: { name: "guarded", namespace: release.namespace } };
  const refusal = async () => (await rejectionOf(currentControlPlane().kube.create(guarded, { dryRun: true }))).message;
  expect(await refusal()).toContain("first");
  await release.upgrade(chart, { set: ["message=second"] });
  expect(await refusal()).toContain("second");
});

it("has its admission policies in effect before the hooks after an installation", async () => {
  const hook = template("Job", "check", once(), { "helm.sh/hook": "post-install" });
  const text = policy.replace("resources: [secrets]", "resources: [pods]").replace("== 'guarded'", "!= ''");
  const chart = await writeChart({ "templates/a.yaml": `${text}---\n${hook}`, "values.yaml": "message: not here\n" });
  const error = await rejectionOf<ChartError>(installChart(chart));
  expect(findingsOf(error)).toMatchObject([
    { object: { kind: "Job", name: "check" }, message: expect.stringContaining("not here") },
  ]);
});

it.each([
  "ValidatingAdmissionPolicy",
  "MutatingAdmissionPolicy",
  "ValidatingWebhookConfiguration",
  "MutatingWebhookConfiguration",
])("knows when a %s is in effect", async (kind) => {
  expect(await waitForPolicies(currentControlPlane(), [{ kind }])).toBe(true);
});
