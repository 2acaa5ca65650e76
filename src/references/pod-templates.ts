import { groupOf, type KubeObject } from "../kube/object-ref.ts";
import { isOwnGroup } from "../kube/own-group.ts";
import { isMapping } from "../util/is-mapping.ts";
import { labelsAt, listAt, type Mapping, mappingAt, textAt } from "./reading.ts";

/** The Pods that an object consists of, or has a template for. */
export interface PodTemplate {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  spec: Mapping;
  /** The path of the Pod's spec in the object: `spec.template.spec`. */
  path: string;
  /** A controller of Kubernetes makes the Pods exactly so; the operator of a custom resource may add to them. */
  isExact: boolean;
  /** An installation creates Pods of it at once, and therefore shows what they lack. */
  isStarted: boolean;
}

const MAX_DEPTH = 8;
const workloads = new Set(["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"]);

/** The Pod templates of an object. */
export function podTemplatesOf(object: KubeObject): PodTemplate[] {
  const { kind } = object;
  if (!isOwnGroup(groupOf(object.apiVersion))) return searchTemplates(object.spec, "spec", MAX_DEPTH);
  if (kind === "Pod") return [template(object, "spec", true)];
  if (workloads.has(kind))
    return [template(mappingAt(object, "spec", "template"), "spec.template.spec", isStarted(object))];
  if (kind !== "CronJob") return [];
  const path = ["spec", "jobTemplate", "spec", "template"];
  return [template(mappingAt(object, ...path), `${path.join(".")}.spec`, false)];
}

function template(pod: unknown, path: string, isRunning: boolean): PodTemplate {
  return {
    labels: labelsAt(pod, "metadata", "labels"),
    annotations: labelsAt(pod, "metadata", "annotations"),
    spec: mappingAt(pod, "spec"),
    path,
    isExact: true,
    isStarted: isRunning,
  };
}

function isStarted({ spec }: KubeObject): boolean {
  const { replicas = 1, suspend, paused } = isMapping(spec) ? spec : {};
  return replicas !== 0 && suspend !== true && paused !== true;
}

// Operators have Pod templates at any place: spec.template of a Rollout, spec.nodeSets[0].podTemplate of an Elasticsearch.
function searchTemplates(value: unknown, path: string, depth: number): PodTemplate[] {
  if (depth === 0) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => searchTemplates(item, `${path}[${index}]`, depth - 1));
  }
  if (!isMapping(value)) return [];
  if (Array.isArray(mappingAt(value, "spec").containers)) {
    return [{ ...template(value, `${path}.spec`, false), isExact: false }];
  }
  return Object.entries(value).flatMap(([key, item]) => searchTemplates(item, `${path}.${key}`, depth - 1));
}

/** A container of a Pod's spec, and its path in the object. */
export interface TemplateContainer {
  container: Mapping;
  path: string;
  name: string;
  /** It runs next to the others, so that its ports are those of the Pod. */
  isServing: boolean;
}

/** All containers of a Pod template. */
export function containersOf({ spec, path }: PodTemplate): TemplateContainer[] {
  return ["initContainers", "containers"].flatMap((list) =>
    listAt(spec, list).map((container, index) => ({
      container,
      path: `${path}.${list}[${index}]`,
      name: textAt(container, "name") ?? "",
      isServing: list === "containers" || container.restartPolicy === "Always",
    })),
  );
}

/** A port that a container declares. */
export interface DeclaredPort {
  name: string | undefined;
  number: unknown;
  protocol: string;
}

export function portsOf(container: Mapping): DeclaredPort[] {
  return listAt(container, "ports").map((port) => ({
    name: textAt(port, "name"),
    number: port.containerPort,
    protocol: textAt(port, "protocol") ?? "TCP",
  }));
}
