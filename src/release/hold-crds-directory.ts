import { ClusterError } from "../errors/cluster-error.ts";
import type { ChartObject } from "../findings/chart-objects.ts";
import { formatFindings } from "../findings/format-finding.ts";
import { objectFinding } from "../findings/object-finding.ts";
import { statusFindings } from "../findings/status-findings.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { type Hold, holdObjects } from "../sharing/holds.ts";

/** The objects of a chart's `crds/` directories, while a release needs them. */
export interface CrdsDirectory {
  crds: Hold;
  /** Objects that are not CustomResourceDefinitions: Helm would never remove them, and they can act on other tests. */
  others: Hold;
  /** Every object exists, so that Helm has nothing to create. */
  isComplete: boolean;
}

/**
 * Creates the objects of `crds/` that do not exist: CustomResourceDefinitions first, because the others may be of their
 * kinds. Rejects with a `ClusterError` when the API server refuses one; nothing of them is left then.
 */
export async function holdCrdsDirectory(
  plane: ControlPlane,
  objects: readonly ChartObject[],
  options: { namespace: string; chart: string; signal: AbortSignal | undefined; timeoutMs: number | undefined },
): Promise<CrdsDirectory> {
  const all = objects.filter(({ role }) => role === "crd");
  const sound = all.filter(({ problem, object }) => problem === undefined && (object.metadata.name ?? "") !== "");
  const crds = await hold(plane, sound.filter(isCrd), options);
  try {
    const others: ChartObject[] = [];
    for (const item of sound.filter((object) => !isCrd(object))) {
      const { apiVersion, kind, metadata } = item.object;
      const resource = await plane.kube.discovery.find(apiVersion, kind, options.signal);
      // Helm reports a kind that does not exist.
      if (resource === undefined) continue;
      const namespace = resource.isNamespaced ? { namespace: metadata.namespace ?? options.namespace } : {};
      others.push({ ...item, object: { ...item.object, metadata: { ...metadata, ...namespace } } as KubeObject });
    }
    const held = await hold(plane, others, options);
    const isComplete = sound.length === all.length && others.length === sound.filter((item) => !isCrd(item)).length;
    return { crds, others: held, isComplete };
  } catch (error) {
    await crds.remove();
    throw error;
  }
}

function isCrd({ object }: ChartObject): boolean {
  return object.kind === "CustomResourceDefinition";
}

async function hold(
  plane: ControlPlane,
  items: readonly ChartObject[],
  { chart, signal, timeoutMs }: { chart: string; signal: AbortSignal | undefined; timeoutMs: number | undefined },
): Promise<Hold> {
  const held = await holdObjects(
    plane,
    items.map(({ object }) => object),
    { signal, timeoutMs },
  );
  if (held.refused.length === 0) return held;
  await held.remove();
  const findings = held.refused.flatMap(({ object, error }) => {
    const item = items.find((candidate) => candidate.object === object);
    return item === undefined
      ? []
      : statusFindings(error.status).map((finding) => objectFinding(item, { ...finding, step: "install" }));
  });
  const what = items.every(isCrd) ? "its CustomResourceDefinitions" : "objects of its crds/ directory";
  const message = [`Installing ${chart} failed: the API server refused ${what}`, ...formatFindings(findings)];
  throw new ClusterError("SEATRIAL_REJECTED", message.join("\n"), {
    reason: findings[0]?.reason,
    causes: findings.map(({ field, message: text, reason }) => ({ field, message: text, reason })),
    findings,
  });
}
