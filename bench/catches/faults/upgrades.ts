import type { FaultSet } from "../fault.ts";
import { add, addTemplate, edit, extend, set, workloads } from "./edits.ts";

const fromPrevious = { isUpgrade: true } as const;

/** What installs, and cannot be upgraded or changes with every upgrade. */
export const upgrades: FaultSet = {
  group: "upgrade",
  faults: [
    {
      id: "password-regenerated",
      title: "each upgrade generates another password",
      answer: "error",
      apply: set("Secret", "data.password", "{{ randAlphaNum 32 | b64enc }}", { field: "data" }),
    },
    {
      id: "time-in-object",
      title: "an object contains the time of the upgrade",
      answer: "error",
      apply: add("ConfigMap", "data", "installed: {{ now | unixEpoch | quote }}", "data.installed"),
    },
    {
      id: "time-in-annotation",
      title: "an annotation contains a random value, so that each upgrade restarts the Pods",
      answer: "warning",
      apply: add(
        "Deployment",
        "spec.template.metadata.annotations",
        "example.com/nonce: {{ randAlphaNum 8 }}",
        "spec.template.metadata.annotations",
      ),
    },
    {
      id: "revision-in-name",
      title: "the name of an object contains the revision",
      answer: "error",
      apply: addTemplate(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Release.Name }}-r{{ .Release.Revision }} }\n",
        { kind: "ConfigMap" },
      ),
    },
    {
      id: "object-of-upgrades",
      title: "an object is rendered in upgrades only",
      answer: "error",
      apply: addTemplate(
        "{{- if .Release.IsUpgrade }}\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Release.Name }}-upgraded }\n{{- end }}\n",
        { kind: "ConfigMap" },
      ),
    },
    {
      id: "object-of-installations",
      title: "an object is rendered in installations only",
      answer: "error",
      apply: addTemplate(
        "{{- if .Release.IsInstall }}\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Release.Name }}-installed }\n{{- end }}\n",
        { kind: "ConfigMap" },
      ),
    },
    {
      id: "random-hook-name",
      title: "each upgrade leaves another hook behind",
      answer: "error",
      apply: edit(
        "Job",
        "metadata.annotations",
        (object) => {
          const policy = "helm.sh/hook-delete-policy: before-hook-creation";
          object.set("metadata.annotations", `{ helm.sh/hook: "pre-install,pre-upgrade", ${policy} }`);
          object.set("metadata.name", `${object.value("metadata.name")}-{{ randAlphaNum 6 | lower }}`);
        },
        { field: null },
      ),
    },
    {
      id: "version-in-selector",
      title: "the selector of a workload contains the version of the chart",
      answer: "error",
      apply: edit(
        workloads,
        "spec.selector.matchLabels",
        (object) => {
          const label = 'example.com/version: "{{ .Chart.Version }}"';
          object.add("spec.selector.matchLabels", label);
          object.add("spec.template.metadata.labels", label);
        },
        { field: "spec.selector" },
      ),
    },
    {
      id: "version-in-claim",
      title: "the labels of a claim template contain the version of the chart",
      answer: "error",
      apply: add(
        "StatefulSet",
        "spec.volumeClaimTemplates.0.metadata.labels",
        'example.com/version: "{{ .Chart.Version }}"',
        "spec.volumeClaimTemplates",
      ),
    },
    {
      id: "version-in-job",
      title: "a Job that is not a hook has the version of the application in its image",
      answer: "error",
      apply: edit("Job", "metadata.annotations", (object) => object.remove("metadata.annotations"), {
        field: "spec.template",
      }),
    },
    {
      id: "replicas-and-autoscaler",
      title: "a Deployment sets its replicas although an autoscaler does",
      answer: "warning",
      apply: (chart) =>
        chart.objects("HorizontalPodAutoscaler").length === 0
          ? undefined
          : edit("Deployment", "spec", (object) => object.add("spec", "replicas: 2"), { field: "spec.replicas" })(
              chart,
            ),
    },
    {
      id: "selector-changed",
      title: "the selector of a workload differs from that of the previous version",
      answer: "error",
      scene: fromPrevious,
      apply: edit(
        workloads,
        "spec.selector.matchLabels",
        (object) => {
          object.add("spec.selector.matchLabels", "example.com/tier: front");
          object.add("spec.template.metadata.labels", "example.com/tier: front");
        },
        { field: "spec.selector" },
      ),
    },
    {
      id: "service-name-changed",
      title: "the Service of a StatefulSet differs from that of the previous version",
      answer: "error",
      scene: fromPrevious,
      apply: (chart) => {
        const service = extend("Service", "metadata.name", "-0", {
          where: (object) => object.value("spec.clusterIP") === "None",
        });
        const place = service(chart) && extend("StatefulSet", "spec.serviceName", "-0")(chart);
        return place && { ...place, field: "spec.serviceName" };
      },
    },
    {
      id: "claim-size-changed",
      title: "a claim template requests more storage than in the previous version",
      answer: "error",
      scene: fromPrevious,
      apply: set("StatefulSet", "spec.volumeClaimTemplates.0.spec.resources.requests.storage", "20Gi", {
        field: "spec.volumeClaimTemplates",
      }),
    },
    {
      id: "role-ref-changed",
      title: "a RoleBinding names another role than in the previous version",
      answer: "error",
      scene: fromPrevious,
      apply: (chart) => {
        const place = extend("Role", "metadata.name", "-2")(chart);
        return place && extend("RoleBinding", "roleRef.name", "-2", { field: "roleRef" })(chart);
      },
    },
    {
      id: "claim-shrinks",
      title: "a claim is smaller than in the previous version",
      answer: "error",
      scene: fromPrevious,
      apply: set("PersistentVolumeClaim", "spec.resources.requests.storage", "500Mi", { field: "spec" }),
    },
    {
      id: "cluster-ip-changed",
      title: "a Service becomes headless after the previous version",
      answer: "error",
      scene: fromPrevious,
      apply: add("Service", "spec", "clusterIP: None", "spec.clusterIP|spec.clusterIPs", {
        where: (object) => object.value("spec.type") === "ClusterIP" && !object.has("spec.clusterIP"),
      }),
    },
    {
      id: "definition-changed",
      title: "a definition in crds/ differs from that of the previous version",
      answer: "warning",
      scene: fromPrevious,
      apply: (chart) =>
        chart.replace(
          "crds/definitions.yaml",
          "interval: {",
          "scrapeTimeout: { type: string }\n                      interval: {",
        )
          ? { file: "crds/definitions.yaml", kind: "CustomResourceDefinition" }
          : undefined,
    },
    {
      id: "old-pods-not-selected",
      title: "a Service selects a label that the previous version's Pods lack, which the update leaves alone",
      answer: "error",
      scene: fromPrevious,
      apply: (chart) => {
        const label = "example.com/tier: data";
        const place = edit("StatefulSet", "spec.template.metadata.labels", (object) => {
          object.add("spec.template.metadata.labels", label);
          object.add("spec", "updateStrategy: { rollingUpdate: { partition: 3 } }");
        })(chart);
        return place && add("Service", "spec.selector", label, "spec.selector")(chart);
      },
    },
    {
      id: "hook-runs-once",
      title: "the delete policy of a hook keeps it after it has succeeded, so that it runs once only",
      answer: "warning",
      apply: (chart) =>
        chart
          .templates()
          .map((file) =>
            chart.replace(file, "before-hook-creation,hook-succeeded", "hook-failed") ? { file } : undefined,
          )
          .find((place) => place !== undefined),
    },
  ],
};
