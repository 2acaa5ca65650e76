import type { FaultSet } from "../fault.ts";
import { addTemplate, append, set } from "./edits.ts";

const asNamespaceAdmin = { args: ["--as", "namespace-admin"] };

/** Roles that grant nothing or everything, and rights that whoever installs the chart does not have. */
export const access: FaultSet = {
  group: "RBAC",
  faults: [
    {
      id: "rule-group",
      title: "a rule of a Role has a resource in the wrong API group",
      answer: "error",
      apply: set("Role", "rules.0.apiGroups", '[""]', { field: "rules.0", where: isAboutJobs }),
    },
    {
      id: "rule-resource",
      title: "a rule of a Role has a resource in the singular",
      answer: "error",
      apply: set("Role", "rules.0.resources", "[job]", { field: "rules.0", where: isAboutJobs }),
    },
    {
      id: "rule-verb",
      title: "a rule of a Role has a verb that does not exist",
      answer: "error",
      apply: set("Role", "rules.0.verbs", "[get, lists, watch]", { field: "rules.0" }),
    },
    {
      id: "rule-subresource",
      title: "a rule of a Role has a subresource that is misspelt",
      answer: "error",
      apply: append("Role", "rules", 'apiGroups: [""]\nresources: [pods/logs]\nverbs: [get]', "rules.*"),
    },
    {
      id: "rule-kind-as-resource",
      title: "a rule of a ClusterRole has a kind instead of a resource",
      answer: "error",
      apply: set("ClusterRole", "rules.2.resources", "[StatefulSets]", { field: "rules.2" }),
    },
    {
      id: "get-without-list",
      title: "a controller may get a kind, and neither list nor watch it",
      answer: "fact",
      apply: set("Role", "rules.1.verbs", "[get]", { field: "rules.1" }),
    },
    {
      id: "everything",
      title: "a Role grants everything",
      answer: "fact",
      apply: append("Role", "rules", 'apiGroups: ["*"]\nresources: ["*"]\nverbs: ["*"]', "rules.*"),
    },
    {
      id: "all-secrets",
      title: "a ClusterRole grants all Secrets of the cluster",
      answer: "fact",
      apply: append("ClusterRole", "rules", 'apiGroups: [""]\nresources: [secrets]\nverbs: [get, list]', "rules.*"),
    },
    {
      id: "escalation",
      title: "a Role grants a shell in every Pod",
      answer: "fact",
      apply: append("Role", "rules", 'apiGroups: [""]\nresources: [pods/exec]\nverbs: [create]', "rules.*"),
    },
    {
      id: "deployer-cluster-role",
      title: "a chart for namespace admins has a ClusterRole",
      answer: "error",
      scene: asNamespaceAdmin,
      apply: (chart) => {
        const place = set("Role", "kind", "ClusterRole", { field: null, where: isAboutJobs })(chart);
        const binding = set("RoleBinding", "roleRef.kind", "ClusterRole");
        return place !== undefined && binding(chart) !== undefined ? place : undefined;
      },
    },
    {
      id: "deployer-quota",
      title: "a chart for namespace admins has a ResourceQuota",
      answer: "error",
      scene: asNamespaceAdmin,
      apply: (chart) => {
        if (chart.objects("PersistentVolumeClaim").length === 0) return undefined;
        const file = "templates/quota.yaml";
        chart.write(
          file,
          'apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: "{{ .Release.Name }}" }\nspec: { hard: { pods: "50" } }\n',
        );
        return { file, kind: "ResourceQuota" };
      },
    },
    {
      id: "deployer-escalation",
      title: "a chart for namespace admins grants more than they may",
      answer: "error",
      scene: asNamespaceAdmin,
      apply: append("Role", "rules", 'apiGroups: [""]\nresources: [nodes]\nverbs: [list]', null, {
        where: isAboutJobs,
      }),
    },
    {
      id: "aggregates-nothing",
      title: "a ClusterRole aggregates roles by a label that is misspelt",
      answer: "error",
      apply: addTemplate(
        `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: "{{ .Release.Name }}-{{ .Release.Namespace }}-reads", labels: { example.com/aggregate-to-reader: "true" } }
rules: [{ apiGroups: [""], resources: [configmaps], verbs: [get] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: "{{ .Release.Name }}-{{ .Release.Namespace }}-reader" }
aggregationRule: { clusterRoleSelectors: [{ matchLabels: { example.com/aggregate-to-readers: "true" } }] }
rules: []
`,
        { kind: "ClusterRole", field: "aggregationRule" },
      ),
    },
  ],
};

function isAboutJobs(object: { value(path: string): string | undefined }): boolean {
  return object.value("rules.0.resources") === "[jobs]";
}
