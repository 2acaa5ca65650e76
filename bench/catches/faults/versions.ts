import type { FaultSet } from "../fault.ts";
import { addTemplate, edit, pod, set } from "./edits.ts";

/** APIs that are gone, that will go, or that an older version does not have yet. */
export const versions: FaultSet = {
  group: "version",
  faults: [
    {
      id: "removed-version",
      title: "a PodDisruptionBudget has the removed version policy/v1beta1",
      answer: "error",
      apply: set("PodDisruptionBudget", "apiVersion", "policy/v1beta1", { field: null }),
    },
    {
      id: "removed-ingress",
      title: "an Ingress has the removed version extensions/v1beta1",
      answer: "error",
      apply: set("Ingress", "apiVersion", "extensions/v1beta1", { field: null }),
    },
    {
      id: "removed-cron-job",
      title: "a CronJob has the removed version batch/v1beta1",
      answer: "error",
      apply: set("CronJob", "apiVersion", "batch/v1beta1", { field: null }),
    },
    {
      id: "removed-kind",
      title: "the chart has a PodSecurityPolicy",
      answer: "error",
      apply: addTemplate(
        `apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata: { name: "{{ .Release.Namespace }}-{{ .Release.Name }}" }
spec: { seLinux: { rule: RunAsAny }, runAsUser: { rule: RunAsAny }, fsGroup: { rule: RunAsAny }, supplementalGroups: { rule: RunAsAny } }
`,
        { kind: "PodSecurityPolicy" },
      ),
    },
    {
      id: "deprecated-kind",
      title: "the chart has deprecated Endpoints",
      answer: "warning",
      apply: addTemplate(
        `apiVersion: v1
kind: Endpoints
metadata: { name: "{{ .Release.Name }}-database" }
subsets: [{ addresses: [{ ip: 10.1.2.3 }], ports: [{ port: 5432 }] }]
`,
        { kind: "Endpoints" },
      ),
    },
    {
      id: "deprecated-label",
      title: "a Pod prefers nodes by a deprecated label",
      answer: "warning",
      apply: edit(
        "Deployment",
        pod,
        (object) =>
          object.set(
            `${pod}.affinity`,
            "{ nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [{ key: beta.kubernetes.io/arch, operator: In, values: [arm64] }] } }] } }",
          ),
        { field: `${pod}.affinity.nodeAffinity` },
      ),
    },
    {
      id: "newer-kind",
      title: "the chart has a kind that the oldest of its versions does not serve",
      answer: "error",
      scene: { args: ["--kube-versions", "1.34,1.37"] },
      apply: addTemplate(
        `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: { name: "{{ .Release.Namespace }}-{{ .Release.Name }}" }
spec:
  reinvocationPolicy: Never
  failurePolicy: Ignore
  matchConstraints:
    resourceRules: [{ apiGroups: [example.com], apiVersions: ["*"], operations: [CREATE], resources: [widgets] }]
  mutations:
    - patchType: ApplyConfiguration
      applyConfiguration: { expression: "Object{}" }
`,
        { kind: "MutatingAdmissionPolicy" },
      ),
    },
    {
      id: "newer-field",
      title: "a Pod has a field that the oldest of the chart's versions does not know",
      answer: "error",
      scene: { args: ["--kube-versions", "1.34,1.37"] },
      apply: edit(
        "Deployment",
        pod,
        (object) => object.set(`${pod}.schedulingGroup`, '{ podGroupName: "{{ .Release.Name }}" }'),
        { field: `${pod}.schedulingGroup` },
      ),
    },
    {
      id: "branch-of-old-versions",
      title: "the branch for older versions renders a removed API",
      answer: "error",
      scene: { args: ["--kube-versions", "1.34,1.37"] },
      apply: edit(
        "PodDisruptionBudget",
        "apiVersion",
        (object) =>
          object.set(
            "apiVersion",
            '{{ if semverCompare "<1.36-0" .Capabilities.KubeVersion.Version }}policy/v1beta1{{ else }}policy/v1{{ end }}',
          ),
        { field: null },
      ),
    },
    {
      id: "kube-version",
      title: "Chart.yaml requires a version of Kubernetes that does not exist",
      answer: "not-checked",
      apply: (chart) =>
        chart.replace("Chart.yaml", /^kubeVersion:.*$/m, 'kubeVersion: ">=9.0.0-0"')
          ? { file: "Chart.yaml" }
          : undefined,
    },
  ],
};
