import type { FaultSet } from "../fault.ts";
import { add, addTemplate, container, edit } from "./edits.ts";

/** What one release can do, and a second one, another namespace or a parent chart cannot. */
export const secondInstall: FaultSet = {
  group: "second install",
  faults: [
    {
      id: "cluster-name-fixed",
      title: "a ClusterRole has the same name in every release",
      answer: "warning",
      apply: addTemplate(
        'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: node-reader }\nrules: [{ apiGroups: [""], resources: [nodes], verbs: [get, list, watch] }]\n',
        { kind: "ClusterRole" },
      ),
    },
    {
      id: "node-port-fixed",
      title: "every release uses the same node port",
      answer: "warning",
      apply: edit(
        "Service",
        "spec.type",
        (object) => {
          object.set("spec.type", "NodePort");
          object.add("spec.ports.0", "nodePort: 30080");
        },
        { field: "spec.ports.0.nodePort", where: (object) => !object.has("spec.clusterIP") && object.has("spec.type") },
      ),
    },
    {
      id: "cluster-ip-fixed",
      title: "every release uses the same cluster IP",
      answer: "warning",
      apply: add("Service", "spec", "clusterIP: 10.96.200.200", "spec.clusterIP", {
        where: (object) => !object.has("spec.clusterIP"),
      }),
    },
    {
      id: "host-port-fixed",
      title: "every release uses the same host port on every node",
      answer: "warning",
      apply: edit(
        "Deployment",
        `${container}.ports.0`,
        (object) => {
          object.set("kind", "DaemonSet");
          object.remove("spec.replicas");
          object.add(`${container}.ports.0`, "hostPort: 9100");
        },
        {
          field: `${container}.ports.0.hostPort`,
          where: (object) =>
            object.has("spec.replicas") && !object.has("spec.strategy") && object.has(`${container}.ports.0`),
        },
      ),
    },
    {
      id: "other-namespace",
      title: "an object is in a fixed namespace, with the same name in every release",
      answer: "warning",
      apply: addTemplate("apiVersion: v1\nkind: ConfigMap\nmetadata: { name: dashboards, namespace: kube-system }\n", {
        kind: "ConfigMap",
      }),
    },
    {
      id: "kept-and-generated",
      title: "an immutable Secret is kept after the uninstall, and generated anew",
      answer: "error",
      steps: ["reinstall", "upgrade"],
      apply: edit(
        "Secret",
        "data.password",
        (object) => {
          object.set(
            "data.password",
            '{{ $old := lookup "v1" "Secret" .Release.Namespace .Release.Name }}{{ if .Release.IsInstall }}{{ randAlphaNum 32 | b64enc }}{{ else }}{{ index $old.data "password" }}{{ end }}',
          );
          object.add("metadata", "annotations: { helm.sh/resource-policy: keep }");
          object.add("", "immutable: true");
        },
        { field: null, where: ({ file }) => file === "templates/secret.yaml" },
      ),
    },
    {
      id: "global-refused",
      title: "the schema of the values refuses `global`, so that the chart cannot be a dependency",
      answer: "warning",
      apply: (chart) =>
        chart.replace("values.schema.json", /\n\s*"global": .*/, "") ? { file: "values.schema.json" } : undefined,
    },
  ],
};

/** What is still there after the uninstall. */
export const leftovers: FaultSet = {
  group: "leftovers",
  faults: [
    {
      id: "hook-kept",
      title: "a hook without a deletion policy stays after the uninstall",
      answer: "warning",
      apply: edit(
        "Job",
        "metadata.annotations",
        (object) => object.set("metadata.annotations", "{ helm.sh/hook: post-install }"),
        { field: null },
      ),
    },
    {
      id: "finalizer",
      title: "an object waits for a finalizer that nothing removes",
      answer: "error",
      apply: edit("ConfigMap", "metadata", (object) => object.add("metadata", "finalizers: [example.com/archive]"), {
        field: null,
      }),
    },
    {
      id: "hook-object-left",
      title: "a hook creates a ConfigMap that no uninstall removes",
      answer: "warning",
      apply: addTemplate(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-setup\n  annotations: { helm.sh/hook: pre-install }\n",
        { kind: "ConfigMap" },
      ),
    },
  ],
};
