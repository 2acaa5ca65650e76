import type { Fault, FaultSet, Place } from "../fault.ts";
import type { ChartText } from "../template/chart-text.ts";
import { addTemplate, container, edit, pod, remove, set, workloads } from "./edits.ts";

const restricted = `namespace:
  labels: { pod-security.kubernetes.io/enforce: restricted }
`;

const quota = `given:
  - { apiVersion: v1, kind: ResourceQuota, metadata: { name: small }, spec: { hard: { requests.memory: 1Gi, pods: "20" } } }
`;

const limits = `given:
  - apiVersion: v1
    kind: LimitRange
    metadata: { name: small }
    spec: { limits: [{ type: Container, max: { memory: 512Mi } }] }
`;

/** What a namespace with rules of its own refuses. */
export const policies: FaultSet = {
  group: "policy",
  faults: [
    given(restricted, {
      id: "restricted-root",
      title: "Pods may run as root in a namespace with the level `restricted`",
      answer: "error",
      apply: set(workloads, `${pod}.securityContext`, "{ seccompProfile: { type: RuntimeDefault } }", { field: null }),
    }),
    given(restricted, {
      id: "restricted-capabilities",
      title: "a container keeps its capabilities in a namespace with the level `restricted`",
      answer: "error",
      apply: set(workloads, `${container}.securityContext`, "{ allowPrivilegeEscalation: false }", { field: null }),
    }),
    given(restricted, {
      id: "restricted-test",
      title: "the Pod of a test may escalate in a namespace with the level `restricted`",
      answer: "error",
      apply: remove("Pod", "spec.containers.0.securityContext.allowPrivilegeEscalation", { field: null }),
    }),
    {
      id: "level-host-network",
      title: "Pods use the network of the host, and have to meet the level `baseline`",
      answer: "error",
      scene: { args: ["--pod-security", "baseline"] },
      apply: edit(workloads, pod, (object) => object.set(`${pod}.hostNetwork`, "true"), { field: null }),
    },
    {
      id: "level-host-path",
      title: "a volume is a path of the host, and Pods have to meet the level `baseline`",
      answer: "error",
      scene: { args: ["--pod-security", "baseline"] },
      apply: edit(
        workloads,
        `${pod}.volumes`,
        (object) => object.append(`${pod}.volumes`, "name: logs\nhostPath: { path: /var/log }"),
        { field: null, where: (object) => object.count(`${pod}.volumes`) > 0 },
      ),
    },
    given(quota, {
      id: "quota-exceeded",
      title: "the Pods request more memory than the quota of their namespace has",
      answer: "error",
      apply: resources("{ requests: { memory: 2Gi } }"),
    }),
    given(quota, {
      id: "quota-without-request",
      title: "a container requests no memory in a namespace whose quota limits requests",
      answer: "error",
      apply: resources("{ requests: { cpu: 10m } }"),
    }),
    given(limits, {
      id: "limit-exceeded",
      title: "a container has a greater limit than its namespace allows",
      answer: "error",
      apply: resources("{ limits: { memory: 1Gi } }"),
    }),
    {
      id: "policy-parameter",
      title: "the parameters of an admission policy do not exist",
      answer: "error",
      apply: addTemplate(
        admission(
          "true",
          "{ name: '{{ .Release.Name }}-limits', namespace: '{{ .Release.Namespace }}', parameterNotFoundAction: Deny }",
        ),
        {
          kind: "ValidatingAdmissionPolicyBinding",
          field: "spec.paramRef",
        },
      ),
    },
    {
      id: "policy-field",
      title: "an expression of an admission policy names a field that its kind does not have",
      answer: "warning",
      apply: addTemplate(admission("object.spec.replica < 9"), {
        kind: "ValidatingAdmissionPolicy",
        field: "spec.validations.0",
      }),
    },
  ],
};

// A policy for Deployments in namespaces that no release is in, with parameters if the binding names some.
function admission(expression: string, parameters?: string): string {
  const [kind, reference] =
    parameters === undefined
      ? ["", ""]
      : ["  paramKind: { apiVersion: v1, kind: ConfigMap }\n", `  paramRef: ${parameters}\n`];
  return `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: "{{ .Release.Name }}-{{ .Release.Namespace }}" }
spec:
${kind}  matchConstraints:
    namespaceSelector: { matchLabels: { limited: "true" } }
    resourceRules: [{ apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments] }]
  validations: [{ expression: "${expression}" }]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: { name: "{{ .Release.Name }}-{{ .Release.Namespace }}" }
spec:
  policyName: "{{ .Release.Name }}-{{ .Release.Namespace }}"
  validationActions: [Deny]
${reference}`;
}

// As a user of the chart would describe the namespace: next to the chart.
function given(settings: string, fault: Fault): Fault {
  const apply = (chart: ChartText): Place | undefined => {
    const place = fault.apply(chart);
    if (place !== undefined) chart.write("ci/seatrial.yaml", settings);
    return place;
  };
  return { ...fault, apply };
}

function resources(value: string) {
  return edit(workloads, container, (object) => object.set(`${container}.resources`, value), { field: null });
}
