import { expect, it } from "vitest";
import { danglingIn, manifestOf, object, service, workload } from "../../helpers/dangling-in.ts";

const kinds: [apiVersion: string, kind: string][] = [
  ["v1", "Service"],
  ["v1", "Pod"],
  ["v1", "Secret"],
  ["v1", "ServiceAccount"],
  ["v1", "PersistentVolumeClaim"],
  ["apps/v1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["batch/v1", "CronJob"],
  ["networking.k8s.io/v1", "Ingress"],
  ["networking.k8s.io/v1", "NetworkPolicy"],
  ["gateway.networking.k8s.io/v1", "HTTPRoute"],
  ["gateway.networking.k8s.io/v1", "Gateway"],
  ["autoscaling/v2", "HorizontalPodAutoscaler"],
  ["policy/v1", "PodDisruptionBudget"],
  ["monitoring.coreos.com/v1", "ServiceMonitor"],
  ["monitoring.coreos.com/v1", "PodMonitor"],
  ["rbac.authorization.k8s.io/v1", "Role"],
  ["rbac.authorization.k8s.io/v1", "RoleBinding"],
  ["admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"],
  ["cert-manager.io/v1", "Certificate"],
  ["keda.sh/v1alpha1", "ScaledObject"],
];
const selector = { app: "pier" };

// The API server refuses such objects. The other objects of the chart are checked all the same.
it.each(kinds)("%s %s with fields of another type leads nowhere, and breaks nothing", (apiVersion, kind) => {
  for (const value of [undefined, null, "text", 7, [], [null], ["text"], {}]) {
    const labels = {
      ...object(apiVersion, kind, "pier"),
      metadata: { name: "pier", labels: value, annotations: value },
    };
    const fields = ["rules", "template", "selector", "podSelector", "endpoints", "ports", "volumeClaimTemplates"];
    const spec = Object.fromEntries(fields.map((field) => [field, value]));
    const odd = [
      labels,
      object(apiVersion, kind, "odd", { spec: value, data: value, rules: value, roleRef: value, subjects: value }),
      object(apiVersion, kind, "inner", { spec, webhooks: value }),
    ];
    const template = {
      metadata: { labels: value },
      spec: { containers: value, volumes: value, initContainers: value },
    };
    const workloads = [
      workload("a", { spec: { template } }),
      workload("b", { pod: { containers: [{ env: value, ports: value }] } }),
    ];
    const manifest = manifestOf(
      ...odd,
      ...workloads,
      workload("pier"),
      service("right", { selector }),
      service("wrong", { selector: { app: "piers" } }),
    );
    expect(danglingIn(manifest).filter(({ object: ref }) => ref?.name === "wrong")).toHaveLength(1);
  }
});
