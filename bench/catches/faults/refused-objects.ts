import type { FaultSet } from "../fault.ts";
import { add, append, edit, extend, remove, set, setValue, workloads } from "./edits.ts";

/** What the API server refuses in all other objects. */
export const refusedObjects: FaultSet = {
  group: "server refuses",
  faults: [
    {
      id: "label-value",
      title: "the value of a label has a plus sign",
      answer: "error",
      apply: add("Service", "metadata.labels", "build: 1.0.0+5", "metadata.labels"),
    },
    {
      id: "name-upper-case",
      title: "the name of an object has capital letters",
      answer: "error",
      apply: extend("ConfigMap", "metadata.name", "_Settings"),
    },
    {
      id: "name-too-long",
      title: "the name of a Service has more than 63 characters",
      answer: "error",
      apply: extend("Service", "metadata.name", `-${"a-long-name-".repeat(6)}x`),
    },
    {
      id: "annotation-type",
      title: "an annotation is a boolean",
      answer: "error",
      apply: edit("Service", "metadata", (object) => object.set("metadata.annotations", "{ scrape: true }"), {
        field: "metadata.annotations",
      }),
    },
    {
      id: "namespace-missing",
      title: "an object is in a namespace that does not exist",
      answer: "not-checked",
      apply: edit("ConfigMap", "metadata", (object) => object.set("metadata.namespace", "nobody-made-it"), {
        field: "metadata.namespace",
      }),
    },
    {
      id: "service-port",
      title: "the port of a Service is greater than 65535",
      answer: "error",
      apply: set("Service", "spec.ports.0.port", "99999"),
    },
    {
      id: "service-ports-unnamed",
      title: "a Service has two ports, of which one has no name",
      answer: "error",
      apply: append("Service", "spec.ports", "port: 9100", "spec.ports.1.name"),
    },
    {
      id: "service-port-twice",
      title: "a Service has one port twice",
      answer: "error",
      apply: edit(
        "Service",
        "spec.ports.0.port",
        (object) =>
          object.append("spec.ports", `name: again\nport: ${object.value("spec.ports.0.port")}\nprotocol: TCP`),
        { field: "spec.ports" },
      ),
    },
    {
      id: "service-type",
      title: "a Service has an unknown type",
      answer: "error",
      apply: set("Service", "spec.type", "Internal"),
    },
    {
      id: "node-port",
      title: "a Service of type ClusterIP has a node port",
      answer: "error",
      apply: add("Service", "spec.ports.0", "nodePort: 30080", "spec.ports.0.nodePort"),
    },
    {
      id: "ingress-path-type",
      title: "a path of an Ingress has an unknown type",
      answer: "error",
      apply: set("Ingress", "spec.rules.0.http.paths.0.pathType", "Regex"),
    },
    {
      id: "ingress-no-path-type",
      title: "a path of an Ingress has no type",
      answer: "error",
      apply: remove("Ingress", "spec.rules.0.http.paths.0.pathType"),
    },
    {
      id: "ingress-old-backend",
      title: "a backend of an Ingress is written as in v1beta1",
      answer: "error",
      apply: edit(
        "Ingress",
        "spec.rules.0.http.paths.0.backend",
        (object) => object.set("spec.rules.0.http.paths.0.backend", "{ serviceName: web, servicePort: 80 }"),
        { field: "spec.rules.0.http.paths.0.backend" },
      ),
    },
    {
      id: "ingress-host",
      title: "the host of an Ingress has a scheme",
      answer: "error",
      apply: set("Ingress", "spec.rules.0.host", "https://web.example.com"),
    },
    {
      id: "budget-two-limits",
      title: "a PodDisruptionBudget has two limits",
      answer: "error",
      apply: edit(
        "PodDisruptionBudget",
        "spec",
        (object) => object.add("spec", object.has("spec.minAvailable") ? "maxUnavailable: 1" : "minAvailable: 1"),
        { field: "spec" },
      ),
    },
    {
      id: "autoscaler-limits",
      title: "an autoscaler has more minimal than maximal replicas",
      answer: "error",
      apply: setValue("autoscaling.minReplicas", 20, "HorizontalPodAutoscaler", "spec.maxReplicas"),
    },
    {
      id: "autoscaler-metric",
      title: "a metric of an autoscaler lacks its type",
      answer: "error",
      apply: remove("HorizontalPodAutoscaler", "spec.metrics.0.type"),
    },
    {
      id: "network-policy-cidr",
      title: "a NetworkPolicy has an address range that is not one",
      answer: "error",
      apply: edit(
        "NetworkPolicy",
        "spec.ingress.0.from",
        (object) => object.set("spec.ingress.0.from", "[{ ipBlock: { cidr: 10.0.0.0/40 } }]"),
        { field: "spec.ingress.0.from.0.ipBlock.cidr" },
      ),
    },
    {
      id: "secret-not-base64",
      title: "the data of a Secret are not base64",
      answer: "error",
      apply: set("Secret", "data.password", "hunter2!"),
    },
    {
      id: "schedule",
      title: "the schedule of a CronJob has four fields",
      answer: "error",
      apply: set("CronJob", "spec.schedule", '"0 3 * *"'),
    },
    {
      id: "hook-restart-policy",
      title: "the Pods of a hook Job have `restartPolicy: Always`",
      answer: "error",
      apply: set("Job", "spec.template.spec.restartPolicy", "Always"),
    },
    {
      id: "claim-access-mode",
      title: "a claim has an unknown access mode",
      answer: "error",
      apply: set("PersistentVolumeClaim", "spec.accessModes", "[ReadWriteAll]"),
    },
    {
      id: "claim-without-size",
      title: "a claim requests no storage",
      answer: "error",
      apply: edit("PersistentVolumeClaim", "spec.resources", (object) => object.set("spec.resources", "{}"), {
        field: "spec.resources",
      }),
    },
    {
      id: "role-without-verbs",
      title: "a rule of a Role has no verbs",
      answer: "error",
      apply: remove("Role", "rules.0.verbs"),
    },
    {
      id: "role-ref-group",
      title: "a RoleBinding names a role in another API group",
      answer: "error",
      apply: set("RoleBinding", "roleRef.apiGroup", "rbac.example.com"),
    },
    {
      id: "kind-misspelt",
      title: "a kind is misspelt",
      answer: "error",
      apply: edit(workloads, "kind", (object) => object.set("kind", "Deploymnet"), {
        field: null,
        where: (object) => object.kind === "Deployment",
      }),
    },
    {
      id: "kind-unknown",
      title: "a custom resource has no definition",
      answer: "error",
      apply: edit(
        "ConfigMap",
        "apiVersion",
        (object) => {
          object.set("apiVersion", "certificates.example.com/v1");
          object.set("kind", "Certificate");
        },
        { field: null },
      ),
    },
    {
      id: "custom-resource-value",
      title: "a custom resource violates its definition",
      answer: "error",
      apply: set("ServiceMonitor", "spec.endpoints.0.interval", "often"),
    },
    {
      id: "webhook-side-effects",
      title: "a webhook does not say whether it has side effects",
      answer: "error",
      apply: remove("ValidatingWebhookConfiguration", "webhooks.0.sideEffects"),
    },
  ],
};
