import { groupOf } from "../../kube/object-ref.ts";
import { isOwnGroup } from "../../kube/own-group.ts";
import type { Dangling } from "../dangling.ts";
import { type ChartEntry, type Entry, isOfChart } from "../entry.ts";
import { isTypo, likelyName, quoteSome } from "../names.ts";
import { containersOf, podTemplatesOf } from "../pod-templates.ts";
import { listAt, type Mapping, mappingAt, textAt } from "../reading.ts";
import type { ReferenceIndex } from "../reference-index.ts";

const scalable = ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"];
const workloads = [...scalable, "DaemonSet", "Job", "CronJob"];
const describable = new Set([...workloads, "Ingress", "Service", "Pod"]);

/** What autoscalers are to scale and does not exist: HorizontalPodAutoscalers, VerticalPodAutoscalers, KEDA's ScaledObjects. */
export function scaleTargets(index: ReferenceIndex): Dangling[] {
  const horizontal = index.ofChart("autoscaling/v2", "HorizontalPodAutoscaler").flatMap((entry) => {
    const target = mappingAt(entry.object, "spec", "scaleTargetRef");
    const path = "spec.scaleTargetRef";
    const missing = missingTarget(index, entry, target, path);
    return missing.length > 0
      ? missing
      : [
          ...unscalable(entry, target, path),
          ...metricContainers(index, entry, target),
          ...metricObjects(index, entry),
          ...resetReplicas(index, entry, target),
        ];
  });
  const vertical = index.ofChart("autoscaling.k8s.io/v1", "VerticalPodAutoscaler").flatMap((entry) => {
    const target = mappingAt(entry.object, "spec", "targetRef");
    const missing = missingTarget(index, entry, target, "spec.targetRef");
    return missing.length > 0 ? missing : policyContainers(index, entry, target);
  });
  const keda = index.ofChart("keda.sh/v1alpha1", "ScaledObject").flatMap((entry) => {
    const target = { apiVersion: "apps/v1", kind: "Deployment", ...mappingAt(entry.object, "spec", "scaleTargetRef") };
    const missing = missingTarget(index, entry, target, "spec.scaleTargetRef");
    return missing.length > 0 ? missing : resetReplicas(index, entry, target);
  });
  return [...horizontal, ...vertical, ...keda];
}

function missingTarget(index: ReferenceIndex, entry: ChartEntry, target: Mapping, path: string): Dangling[] {
  const name = textAt(target, "name");
  const kind = textAt(target, "kind");
  const apiVersion = textAt(target, "apiVersion") ?? "";
  if (name === undefined || kind === undefined) return [];
  const { namespace } = entry;
  const known = index.ofKind(apiVersion, kind, namespace);
  if (known.some((each) => each.name === name)) return [];
  const other = workloads.includes(kind) ? rightVersion(index, kind, namespace, name) : undefined;
  if (other !== undefined) {
    const shown = apiVersion === "" ? "it names no apiVersion" : `there is no ${kind} in ${apiVersion}`;
    const message = `${kind} "${name}" is not found: ${shown}`;
    const field = `${path}.apiVersion`;
    return [{ entry, field, reason: "NoSuchTarget", severity: "error", message, hint: `use ${other}`, lookups: [] }];
  }
  const severity = judge(index, kind, apiVersion, name, namespace);
  if (severity === undefined) return [];
  const names = index.ofKind(apiVersion, kind, namespace).map((each) => each.name);
  const others = workloads.flatMap((each) =>
    rightVersion(index, each, namespace, name) === undefined ? [] : [`the chart has a ${each} of this name`],
  );
  const likely = likelyName(name, names);
  const message = `${kind} "${name}" does not exist: neither the chart nor the cluster has it`;
  const hint = others[0] ?? (likely === undefined ? `create the ${kind} in the chart` : `did you mean "${likely}"?`);
  const lookups = [{ apiVersion, kind, namespace, name }];
  return [{ entry, field: `${path}.name`, reason: "NoSuchTarget", severity, message, hint, lookups }];
}

function rightVersion(index: ReferenceIndex, kind: string, namespace: string, name: string): string | undefined {
  return ["apps/v1", "batch/v1", "v1"].find((version) =>
    index.ofKind(version, kind, namespace).some((each) => each.name === name),
  );
}

function judge(
  index: ReferenceIndex,
  kind: string,
  apiVersion: string,
  name: string,
  namespace: string,
): "error" | "warning" | undefined {
  const own = index.ofKind(apiVersion, kind, namespace).filter((each) => each.item !== undefined);
  if (own.some((each) => isTypo(name, each.name))) return "error";
  if (index.makers.mayMakePods) return undefined;
  if (index.isGivenName(name) || !isOwnGroup(groupOf(apiVersion))) return "warning";
  return index.isOwnName(name) ? "error" : "warning";
}

// A DaemonSet has one Pod on each node.
function unscalable(entry: ChartEntry, target: Mapping, path: string): Dangling[] {
  const kind = textAt(target, "kind") ?? "";
  if (!workloads.includes(kind) || scalable.includes(kind)) return [];
  const message = `a ${kind} cannot be scaled`;
  const hint = `scale one of ${scalable.slice(0, 2).join(", ")}, or leave out the autoscaler`;
  return [{ entry, field: `${path}.kind`, reason: "NotScalable", severity: "error", message, hint, lookups: [] }];
}

// Metrics of nodes and of custom resources come from elsewhere.
function metricObjects(index: ReferenceIndex, entry: ChartEntry): Dangling[] {
  return listAt(entry.object, "spec", "metrics").flatMap((metric, at) => {
    const described = mappingAt(metric, "object", "describedObject");
    const kind = textAt(described, "kind") ?? "";
    if (!describable.has(kind) || !isOwnGroup(groupOf(textAt(described, "apiVersion") ?? ""))) return [];
    return missingTarget(index, entry, described, `spec.metrics[${at}].object.describedObject`);
  });
}

// A webhook may add containers, so that only a misspelt name shows a mistake.
function policyContainers(index: ReferenceIndex, entry: ChartEntry, target: Mapping): Dangling[] {
  const names = containerNames(index, entry, target);
  return listAt(entry.object, "spec", "resourcePolicy", "containerPolicies").flatMap((policy, at): Dangling[] => {
    const name = textAt(policy, "containerName") ?? "";
    const meant = names.includes(name) ? undefined : names.find((known) => isTypo(name, known));
    if (meant === undefined) return [];
    const field = `spec.resourcePolicy.containerPolicies[${at}].containerName`;
    const message = `the Pods of its target have no container "${name}"`;
    const hint = `did you mean "${meant}"?`;
    return [{ entry, field, reason: "NoSuchContainer", severity: "error", message, hint, lookups: [] }];
  });
}

function containerNames(index: ReferenceIndex, entry: ChartEntry, target: Mapping): string[] {
  const found = findTarget(index, entry, target);
  const templates = found === undefined ? [] : podTemplatesOf(found.object).filter(({ isExact }) => isExact);
  return templates.flatMap((template) => containersOf(template).map(({ name }) => name));
}

// A metric about one container of the target's Pods.
function metricContainers(index: ReferenceIndex, entry: ChartEntry, target: Mapping): Dangling[] {
  const names = containerNames(index, entry, target);
  if (names.length === 0) return [];
  return listAt(entry.object, "spec", "metrics").flatMap((metric, at): Dangling[] => {
    const name = textAt(metric, "containerResource", "container");
    if (name === undefined || names.includes(name)) return [];
    const field = `spec.metrics[${at}].containerResource.container`;
    const message = `the Pods of its target have no container "${name}"`;
    const hint = `they have ${quoteSome(names)}`;
    return [{ entry, field, reason: "NoSuchContainer", severity: "error", message, hint, lookups: [] }];
  });
}

function findTarget(index: ReferenceIndex, { namespace }: ChartEntry, target: Mapping): Entry | undefined {
  return index
    .ofKind(textAt(target, "apiVersion") ?? "", textAt(target, "kind") ?? "", namespace)
    .find((each) => each.name === textAt(target, "name"));
}

// Helm writes the number of the chart again, or conflicts with the autoscaler about it.
function resetReplicas(index: ReferenceIndex, entry: ChartEntry, target: Mapping): Dangling[] {
  const found = findTarget(index, entry, target);
  const replicas = found === undefined ? undefined : mappingAt(found.object, "spec").replicas;
  if (found === undefined || !isOfChart(found) || typeof replicas !== "number") return [];
  const message = `it sets ${replicas} replicas, and ${entry.object.kind} "${entry.name}" scales it: upgrades undo that`;
  const hint = "leave out replicas where the chart renders the autoscaler";
  const base = { entry: found, field: "spec.replicas", message, hint, lookups: [] };
  return [{ ...base, reason: "ReplicasReset", severity: "warning" }];
}
