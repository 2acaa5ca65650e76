import type { FaultSet } from "../fault.ts";
import { add, container, edit, extend, pod, set, workloads } from "./edits.ts";

const noPods = "app.kubernetes.io/component: nobody";

/** Selectors and ports that lead to no Pod, and what scales, balances or watches Pods. */
export const referencesToPods: FaultSet = {
  group: "reference dangles",
  faults: [
    {
      id: "service-selects-nothing",
      title: "a Service selects labels that no Pod has",
      answer: "error",
      apply: add("Service", "spec.selector", noPods, "spec.selector"),
    },
    {
      id: "budget-selects-nothing",
      title: "a PodDisruptionBudget selects labels that no Pod has",
      answer: "error",
      apply: add("PodDisruptionBudget", "spec.selector.matchLabels", noPods, "spec.selector"),
    },
    {
      id: "network-policy-selects-nothing",
      title: "a NetworkPolicy selects labels that no Pod has",
      answer: "error",
      apply: add("NetworkPolicy", "spec.podSelector.matchLabels", noPods, "spec.podSelector"),
    },
    {
      id: "service-port-name",
      title: "a Service targets a port name that no container has",
      answer: "error",
      apply: set("Service", "spec.ports.0.targetPort", "web"),
    },
    {
      id: "service-port-number",
      title: "a Service targets a port that no container declares",
      answer: "warning",
      apply: set("Service", "spec.ports.0.targetPort", "8999"),
    },
    {
      id: "service-protocol",
      title: "a Service targets a TCP port by name for UDP",
      answer: "error",
      apply: set("Service", "spec.ports.0.protocol", "UDP", { field: "spec.ports.0.targetPort" }),
    },
    {
      id: "probe-port",
      title: "a readiness probe names a port that its container does not have",
      answer: "error",
      apply: set(workloads, `${container}.readinessProbe.httpGet.port`, "healthz"),
    },
    {
      id: "liveness-port",
      title: "a liveness probe names a port that its container does not have",
      answer: "error",
      apply: set(workloads, `${container}.livenessProbe.httpGet.port`, "healthz"),
    },
    {
      id: "lifecycle-port",
      title: "a lifecycle hook names a port that its container does not have",
      answer: "error",
      apply: set(workloads, `${container}.lifecycle.preStop.httpGet.port`, "drain"),
    },
    {
      id: "network-policy-port",
      title: "a NetworkPolicy names a port that no container has",
      answer: "error",
      apply: set("NetworkPolicy", "spec.ingress.0.ports.0.port", "web"),
    },
    {
      id: "autoscaler-target",
      title: "an autoscaler scales a Deployment that does not exist",
      answer: "error",
      apply: extend("HorizontalPodAutoscaler", "spec.scaleTargetRef.name", "-server"),
    },
    {
      id: "autoscaler-target-version",
      title: "an autoscaler names its target in another API group",
      answer: "error",
      apply: set("HorizontalPodAutoscaler", "spec.scaleTargetRef.apiVersion", "extensions/v1beta1", {
        field: "spec.scaleTargetRef",
      }),
    },
    {
      id: "autoscaler-target-kind",
      title: "an autoscaler names its target with another kind",
      answer: "error",
      apply: set("HorizontalPodAutoscaler", "spec.scaleTargetRef.kind", "StatefulSet", {
        field: "spec.scaleTargetRef",
      }),
    },
    {
      id: "autoscaler-container",
      title: "an autoscaler measures a container that does not exist",
      answer: "error",
      apply: edit(
        "HorizontalPodAutoscaler",
        "spec.metrics",
        (object) =>
          object.set(
            "spec.metrics",
            "[{ type: ContainerResource, containerResource: { name: cpu, container: app, target: { type: Utilization, averageUtilization: 80 } } }]",
          ),
        { field: "spec.metrics.0.containerResource.container" },
      ),
    },
    {
      id: "monitor-selects-nothing",
      title: "a ServiceMonitor selects labels that no Service has",
      answer: "error",
      apply: set("ServiceMonitor", "spec.selector.matchLabels.role", "metrics", { field: "spec.selector" }),
    },
    {
      id: "monitor-port",
      title: "a ServiceMonitor names a port that its Service does not have",
      answer: "error",
      apply: set("ServiceMonitor", "spec.endpoints.0.port", "prometheus"),
    },
    {
      id: "spread-selects-nothing",
      title: "a topology spread constraint selects labels that its own Pods do not have",
      answer: "warning",
      apply: edit(
        workloads,
        pod,
        (object) =>
          object.set(
            `${pod}.topologySpreadConstraints`,
            "[{ maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: { matchLabels: { app: nobody } } }]",
          ),
        {
          field: `${pod}.topologySpreadConstraints.0.labelSelector`,
          where: (object) => object.has(pod) && !object.has(`${pod}.topologySpreadConstraints`),
        },
      ),
    },
    {
      id: "two-budgets",
      title: "two PodDisruptionBudgets select the same Pods",
      answer: "warning",
      apply: (chart) => {
        const [budget] = chart.objects("PodDisruptionBudget");
        const text = budget === undefined ? undefined : chart.read(budget.file);
        if (budget === undefined || text === undefined) return undefined;
        const file = "templates/budget-again.yaml";
        chart.write(file, text);
        chart.replace(file, /^ {2}name: (.*)$/m, "  name: $1-again");
        return { file: budget.file, kind: "PodDisruptionBudget", field: "spec.selector" };
      },
    },
  ],
};
