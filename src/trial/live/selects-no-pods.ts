import type { ManifestDocument } from "../../chart/manifest.ts";
import type { Finding } from "../../findings/finding.ts";
import { tryReleaseDocuments } from "../../findings/release-documents.ts";
import type { HelmRelease } from "../../helm/types.ts";
import { type KubeObject, toObjectRef } from "../../kube/object-ref.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { isMapping } from "../../util/is-mapping.ts";

type Labels = Record<string, unknown>;

const workloads = new Set(["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"]);

/**
 * A finding for each PodDisruptionBudget and Service of an upgraded release that selects the Pods of a workload by its template, and
 * none of its Pods that run: they still have the labels of the previous version, because the workload does not replace them.
 */
export async function selectsNoPods(
  { kube }: Pick<ControlPlane, "kube">,
  release: HelmRelease,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  const documents = tryReleaseDocuments(release);
  const selecting = documents.flatMap((document) => {
    const selector = selectorOf(document.object);
    return selector === undefined ? [] : [{ document, selector }];
  });
  if (selecting.length === 0) return [];
  const { namespace } = release;
  const pods = (await kube.list("v1", "Pod", { namespace, signal })).filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined,
  );
  return selecting.flatMap(({ document, selector }) => {
    if (pods.some(({ metadata }) => isSelected(metadata.labels, selector))) return [];
    const owner = documents.find(({ object }) => isSelected(templateLabels(object), selector));
    const running = owner === undefined ? [] : pods.filter((pod) => isOf(pod, owner.object));
    return owner === undefined || running.length === 0 ? [] : [toFinding(document, owner.object, running, selector)];
  });
}

function toFinding(
  { object, template }: ManifestDocument,
  owner: KubeObject,
  running: readonly KubeObject[],
  selector: Labels,
): Finding {
  const missing = Object.entries(selector)
    .filter(([key, value]) => running.every(({ metadata }) => metadata.labels?.[key] !== value))
    .map(([key, value]) => `${key}=${value}`);
  const name = `${owner.kind} ${owner.metadata.name}`;
  const strategy =
    isMapping(owner.spec) && isMapping(owner.spec.updateStrategy) ? owner.spec.updateStrategy.type : undefined;
  const why = strategy === "OnDelete" ? " (its updateStrategy is OnDelete)" : "";
  const effect = object.kind === "Service" ? "has no endpoint" : "protects nothing";
  return {
    severity: "error",
    step: "upgrade-from",
    message: `after the upgrade it ${effect}: it selects none of the ${running.length} Pods of ${name}, which are those of the previous version`,
    reason: "SelectsNoPods",
    object: toObjectRef(object),
    field: object.kind === "Service" ? "spec.selector" : "spec.selector.matchLabels",
    ...(template === "" ? {} : { template }),
    notes: [`the Pods lack ${missing.join(", ") || "the labels"}; ${name} has not replaced them${why}`],
    hint: "select labels that the Pods of the previous version have, too, and add the new label to the selector one version later",
  };
}

/** The labels that it selects Pods by; `undefined` for other kinds and for other forms of selectors. */
function selectorOf({ kind, spec }: KubeObject): Labels | undefined {
  if (!isMapping(spec) || !isMapping(spec.selector)) return undefined;
  const { selector } = spec;
  if (kind === "Service") return nonEmpty(selector);
  if (kind !== "PodDisruptionBudget" || selector.matchExpressions !== undefined) return undefined;
  return isMapping(selector.matchLabels) ? nonEmpty(selector.matchLabels) : undefined;
}

function nonEmpty(labels: Labels): Labels | undefined {
  return Object.keys(labels).length === 0 ? undefined : labels;
}

function templateLabels({ kind, spec }: KubeObject): Labels | undefined {
  if (!workloads.has(kind) || !isMapping(spec) || !isMapping(spec.template)) return undefined;
  const { metadata } = spec.template;
  return isMapping(metadata) && isMapping(metadata.labels) ? metadata.labels : undefined;
}

function isSelected(labels: Labels | undefined, selector: Labels): boolean {
  return labels !== undefined && Object.entries(selector).every(([key, value]) => labels[key] === value);
}

// The Pods of a Deployment belong to a ReplicaSet, whose name begins with its own.
function isOf({ metadata }: KubeObject, { kind, metadata: { name = "" } }: KubeObject): boolean {
  return (metadata.ownerReferences ?? []).some((owner) =>
    kind === "Deployment"
      ? owner.kind === "ReplicaSet" && owner.name.startsWith(`${name}-`)
      : owner.kind === kind && owner.name === name,
  );
}
