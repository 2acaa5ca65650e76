import type { FaultSet } from "../fault.ts";
import { add, addTemplate, append, container, edit, pod, remove, set, workloads } from "./edits.ts";

/** Changes that only look like a fault. Whoever reports one of them has raised a false alarm. */
export const rightAsItIs: FaultSet = {
  group: "right as it is",
  faults: [
    {
      id: "optional-secret",
      title: "an optional Secret of another team does not exist",
      answer: "nothing",
      apply: add(workloads, container, "envFrom: [{ secretRef: { name: team-proxy, optional: true } }]", null, {
        where: (object) => !object.has(`${container}.envFrom`),
      }),
    },
    {
      id: "policy-for-all-pods",
      title: "a NetworkPolicy selects all Pods of its namespace",
      answer: "nothing",
      apply: set("NetworkPolicy", "spec.podSelector", "{}", { field: null }),
    },
    {
      id: "service-without-selector",
      title: "a Service has no selector, and its EndpointSlice an address",
      answer: "nothing",
      apply: addTemplate(
        `apiVersion: v1
kind: Service
metadata: { name: "{{ .Release.Name }}-ldap" }
spec: { ports: [{ port: 389 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: "{{ .Release.Name }}-ldap-1", labels: { kubernetes.io/service-name: "{{ .Release.Name }}-ldap" } }
addressType: IPv4
endpoints: [{ addresses: [10.1.2.3] }]
ports: [{ port: 389, protocol: TCP, name: "" }]
`,
        { kind: "Service" },
      ),
    },
    {
      id: "external-name",
      title: "a Service is an alias of a host outside the cluster",
      answer: "nothing",
      apply: addTemplate(
        'apiVersion: v1\nkind: Service\nmetadata: { name: "{{ .Release.Name }}-mail" }\nspec: { type: ExternalName, externalName: mail.example.com }\n',
        { kind: "Service" },
      ),
    },
    {
      id: "port-not-declared",
      title: "a container declares no ports, and a Service targets one by its number",
      answer: "nothing",
      apply: (chart) => {
        const monitored = edit(
          "Service",
          "spec.ports",
          (object) =>
            object.set(
              "spec.ports",
              "[{ name: http, port: 80, targetPort: 8080 }, { name: metrics, port: 9090, targetPort: 9090 }]",
            ),
          {
            field: null,
            where: ({ file }) => file === "templates/server.yaml",
          },
        );
        const place = monitored(chart);
        return place && remove("Deployment", `${container}.ports`)(chart) && place;
      },
    },
    {
      id: "pull-secret-of-values",
      title: "the values name a pull secret that an administrator creates",
      answer: "nothing",
      apply: (chart) => {
        const [object] = chart.objects(...workloads);
        if (chart.value("imagePullSecrets") === undefined || object === undefined) return undefined;
        chart.setValue("imagePullSecrets", [{ name: "registry" }]);
        return { file: object.file, kind: object.kind };
      },
    },
    {
      id: "init-sleeps",
      title: "an init container sleeps for a moment",
      answer: "nothing",
      apply: edit(
        workloads,
        `${pod}.initContainers.0`,
        (object) => {
          object.remove(`${pod}.initContainers.0.args`);
          object.add(`${pod}.initContainers.0`, 'command: [sh, -c, "sleep 5 && true"]');
        },
        { field: null },
      ),
    },
    {
      id: "rule-for-own-kind",
      title: "a Role grants a kind of an operator that is not installed",
      answer: "nothing",
      apply: append(
        "Role",
        "rules",
        "apiGroups: [cert-manager.io]\nresources: [certificates]\nverbs: [get, list, watch, create]",
        null,
      ),
    },
    {
      id: "restart-annotation",
      title: "a checksum of a ConfigMap restarts the Pods when it changes",
      answer: "nothing",
      apply: add(
        "Deployment",
        "spec.template.metadata",
        "annotations: { checksum/config: {{ .Values | toJson | sha256sum }} }",
        null,
        {
          where: (object) => !object.has("spec.template.metadata.annotations"),
        },
      ),
    },
    {
      id: "kept-claim",
      title: "a claim is kept after the uninstall on purpose",
      answer: "nothing",
      apply: add("PersistentVolumeClaim", "metadata", "annotations: { helm.sh/resource-policy: keep }", null),
    },
  ],
};
