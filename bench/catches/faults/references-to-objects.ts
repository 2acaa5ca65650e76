import type { FaultSet } from "../fault.ts";
import type { TemplateObject } from "../template/template-object.ts";
import { add, addTemplate, container, edit, extend, pod, remove, set, workloads } from "./edits.ts";

const cronContainer = "spec.jobTemplate.spec.template.spec.containers.0";
const cronPod = "spec.jobTemplate.spec.template.spec";
const backend = "spec.rules.0.http.paths.0.backend.service";

/** Names of Services, Secrets, ConfigMaps, claims, accounts, roles and classes that do not exist. */
export const referencesToObjects: FaultSet = {
  group: "reference dangles",
  faults: [
    {
      id: "ingress-service",
      title: "an Ingress routes to a Service that does not exist",
      answer: "error",
      apply: extend("Ingress", `${backend}.name`, "-http"),
    },
    {
      id: "ingress-port-name",
      title: "an Ingress routes to a port name that its Service does not have",
      answer: "error",
      apply: set("Ingress", `${backend}.port.name`, "web"),
    },
    {
      id: "ingress-port-number",
      title: "an Ingress routes to the port of the container instead of that of the Service",
      answer: "error",
      apply: set("Ingress", `${backend}.port.number`, "8080"),
    },
    {
      id: "route-service",
      title: "an HTTPRoute routes to a Service that does not exist",
      answer: "error",
      apply: extend("HTTPRoute", "spec.rules.0.backendRefs.0.name", "-http"),
    },
    {
      id: "route-port",
      title: "an HTTPRoute routes to a port that its Service does not have",
      answer: "error",
      apply: set("HTTPRoute", "spec.rules.0.backendRefs.0.port", "8081"),
    },
    {
      id: "webhook-service",
      title: "a webhook calls a Service that does not exist",
      answer: "error",
      apply: extend("ValidatingWebhookConfiguration", "webhooks.0.clientConfig.service.name", "-server"),
    },
    {
      id: "stateful-service",
      title: "the Service of a StatefulSet does not exist",
      answer: "error",
      apply: extend("StatefulSet", "spec.serviceName", "-pods"),
    },
    {
      id: "service-not-headless",
      title: "the Service of a StatefulSet has a cluster IP",
      answer: "warning",
      apply: (chart) => {
        const isHeadless = { where: headless, field: null };
        const [set] = chart.objects("StatefulSet");
        if (set === undefined || remove("Service", "spec.clusterIP", isHeadless)(chart) === undefined) return undefined;
        return { file: set.file, kind: "StatefulSet", field: "spec.serviceName" };
      },
    },
    {
      id: "config-map-volume",
      title: "a volume reads a ConfigMap that does not exist",
      answer: "error",
      apply: extend(workloads, `${pod}.volumes.0.configMap.name`, "-config", { field: null }),
    },
    {
      id: "config-map-key",
      title: "a volume reads a key that its ConfigMap does not have",
      answer: "error",
      apply: set(workloads, `${pod}.volumes.0.configMap.items.0.key`, "reports.yaml"),
    },
    {
      id: "config-map-environment",
      title: "all variables of a ConfigMap that does not exist are read",
      answer: "error",
      apply: extend(workloads, `${container}.envFrom.0.configMapRef.name`, "-more", { field: null }),
    },
    {
      id: "secret-variable",
      title: "an environment variable reads a Secret that does not exist",
      answer: "error",
      apply: extend(workloads, `${container}.env.0.valueFrom.secretKeyRef.name`, "-auth", { field: null }),
    },
    {
      id: "secret-key",
      title: "an environment variable reads a key that its Secret does not have",
      answer: "error",
      apply: set(workloads, `${container}.env.0.valueFrom.secretKeyRef.key`, "passwd"),
    },
    {
      id: "cron-job-secret",
      title: "a CronJob reads a Secret that does not exist",
      answer: "error",
      apply: extend("CronJob", `${cronContainer}.env.0.valueFrom.secretKeyRef.name`, "-read"),
    },
    {
      id: "cron-job-key",
      title: "a CronJob reads a key that its ConfigMap does not have",
      answer: "error",
      apply: set("CronJob", `${cronContainer}.env.1.valueFrom.configMapKeyRef.key`, "LOGLEVEL"),
    },
    {
      id: "cron-job-claim",
      title: "a CronJob mounts a claim that does not exist",
      answer: "error",
      apply: extend("CronJob", `${cronPod}.volumes.0.persistentVolumeClaim.claimName`, "-data"),
    },
    {
      id: "claim-missing",
      title: "a Pod mounts a claim that does not exist",
      answer: "error",
      apply: edit(
        workloads,
        `${pod}.volumes`,
        (object) => {
          object.append(
            `${pod}.volumes`,
            "name: uploads\npersistentVolumeClaim: { claimName: {{ .Release.Name }}-uploads }",
          );
        },
        { field: null, where: (object) => object.count(`${pod}.volumes`) > 0 },
      ),
    },
    {
      id: "service-account",
      title: "a Pod runs as a ServiceAccount that does not exist",
      answer: "error",
      apply: extend(workloads, `${pod}.serviceAccountName`, "-runner", { field: null }),
    },
    {
      id: "role-missing",
      title: "a RoleBinding names a Role that does not exist",
      answer: "error",
      apply: extend("RoleBinding", "roleRef.name", "-reader", { field: "roleRef" }),
    },
    {
      id: "role-kind",
      title: "a RoleBinding names a Role as a ClusterRole",
      answer: "error",
      apply: set("RoleBinding", "roleRef.kind", "ClusterRole", { field: "roleRef" }),
    },
    {
      id: "subject-missing",
      title: "a RoleBinding gives rights to a ServiceAccount that does not exist",
      answer: "error",
      apply: extend("RoleBinding", "subjects.0.name", "-runner", { field: "subjects.0" }),
    },
    {
      id: "subject-namespace",
      title: "a RoleBinding gives rights to an account in another namespace",
      answer: "error",
      apply: set("RoleBinding", "subjects.0.namespace", "default", { field: "subjects.0" }),
    },
    {
      id: "storage-class",
      title: "a claim names a StorageClass that the cluster does not have",
      answer: "not-checked",
      apply: add("PersistentVolumeClaim", "spec", "storageClassName: fast-ssd", "spec.storageClassName"),
    },
    {
      id: "priority-class",
      title: "a Pod names a PriorityClass that is misspelt",
      answer: "error",
      apply: add(workloads, pod, "priorityClassName: system-cluster-critcal", `${pod}.priorityClassName`),
    },
    {
      id: "tls-secret",
      title: "an Ingress reads a certificate that the chart has under another name",
      answer: "error",
      apply: edit(
        "Ingress",
        "spec",
        (object) => {
          object.set("spec.tls", "[{ secretName: {{ .Release.Name }}-databse, hosts: [reports.example.com] }]");
        },
        { field: "spec.tls.0.secretName", where: ({ file }) => file === "templates/network.yaml" },
      ),
    },
    {
      id: "optional-is-misspelt",
      title: "an optional ConfigMap is misspelt by one letter",
      answer: "warning",
      apply: edit(workloads, `${container}.envFrom.0.configMapRef.name`, (object) => {
        object.set(`${container}.envFrom.0.configMapRef`, "{ name: {{ .Release.Name }}-setings, optional: true }");
      }),
    },
    {
      id: "test-secret",
      title: "a test Pod reads a Secret that does not exist",
      answer: "error",
      apply: extend("Pod", "spec.containers.0.env.0.valueFrom.secretKeyRef.name", "-test", { field: null }),
    },
    {
      id: "policy-binding",
      title: "the binding of an admission policy names a policy that does not exist",
      answer: "error",
      apply: addTemplate(
        `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: "{{ .Release.Namespace }}-{{ .Release.Name }}-replicas" }
spec:
  matchConstraints:
    resourceRules: [{ apiGroups: [example.com], apiVersions: ["*"], operations: [CREATE], resources: [widgets] }]
  validations: [{ expression: "true" }]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: { name: "{{ .Release.Namespace }}-{{ .Release.Name }}-replicas" }
spec: { policyName: "{{ .Release.Namespace }}-{{ .Release.Name }}-replica", validationActions: [Deny] }
`,
        { kind: "ValidatingAdmissionPolicyBinding", field: "spec.policyName" },
      ),
    },
  ],
};

function headless(object: TemplateObject): boolean {
  return object.value("spec.clusterIP") === "None";
}
