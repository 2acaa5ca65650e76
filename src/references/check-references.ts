import type { ChartObject } from "../findings/chart-objects.ts";
import type { Finding } from "../findings/finding.ts";
import { objectFinding } from "../findings/object-finding.ts";
import { isOfRelease } from "../helm/annotations.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import { groupOf, type KubeObject } from "../kube/object-ref.ts";
import { isOwnGroup } from "../kube/own-group.ts";
import { ApiStatusError } from "../kube/status.ts";
import { mapLimit } from "../util/map-limit.ts";
import type { Dangling, Lookup } from "./dangling.ts";
import { findDangling } from "./find-dangling.ts";
import { type ReferenceContext, ReferenceIndex } from "./reference-index.ts";

const CONCURRENCY = 8;

/**
 * References of a chart's objects that lead nowhere: neither to an object of the chart nor to one that exists on the control
 * plane. Errors are those that the chart alone decides; docs/references.md has the rules.
 */
export async function checkReferences(
  kube: KubeClient,
  objects: readonly ChartObject[],
  context: ReferenceContext,
  signal?: AbortSignal,
): Promise<Finding[]> {
  const found = findDangling(new ReferenceIndex(objects, [], context));
  const lookups = new Map(
    found.flatMap((each) => each.lookups.map((lookup) => [JSON.stringify(lookup), lookup] as const)),
  );
  if (lookups.size === 0) return toFindings(found);
  const unknown = new Set<string>();
  const answers = await mapLimit([...lookups], CONCURRENCY, async ([key, lookup]) => {
    const existing = await lookUp(kube, lookup, signal);
    if (existing === undefined) unknown.add(key);
    return (existing ?? []).filter((object) => isForeign(object, context));
  });
  const index = new ReferenceIndex(objects, answers.flat(), context);
  const isKnown = (each: Dangling) => !each.lookups.some((lookup) => unknown.has(JSON.stringify(lookup)));
  return toFindings(findDangling(index).filter(isKnown));
}

// `undefined` when the API server does not answer the request, for example because the user may not read the kind.
async function lookUp(kube: KubeClient, lookup: Lookup, signal?: AbortSignal): Promise<KubeObject[] | undefined> {
  const { apiVersion, kind, namespace, name } = lookup;
  if ((await kube.discovery.find(apiVersion, kind, signal)) === undefined) return [];
  try {
    if (name === undefined)
      return await kube.list(apiVersion, kind, { ...(namespace !== undefined && { namespace }), signal });
    const ref = { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) };
    const object = await kube.get(ref, { signal });
    return object === undefined ? [] : [object];
  } catch (error) {
    if (error instanceof ApiStatusError && error.code === "SEATRIAL_REJECTED") return undefined;
    throw error;
  }
}

// An upgrade replaces what the release has, and a controller of Kubernetes the Pods of its workloads.
function isForeign({ metadata }: KubeObject, { namespace, releaseName }: ReferenceContext): boolean {
  const owners = metadata.ownerReferences ?? [];
  const isMade = owners.some(({ apiVersion, controller }) => controller === true && isOwnGroup(groupOf(apiVersion)));
  return !isMade && !isOfRelease(metadata, { namespace, releaseName });
}

/** One finding for each reference; equal references in several fields of an object are one. */
export function toFindings(found: readonly Dangling[]): Finding[] {
  const groups = Map.groupBy(found, ({ entry, reason, severity, message }) =>
    JSON.stringify([entry.object.kind, entry.namespace, entry.name, reason, severity, message]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first, ...others] = group;
    if (first === undefined) return [];
    const { entry, field, reason, severity, message, hint } = first;
    const fields = [...new Set(others.map((other) => other.field))].filter((other) => other !== field);
    const notes = fields.slice(0, 5).map((other) => `also ${other}`);
    if (fields.length > 5) notes.push(`and ${fields.length - 5} more fields`);
    return [
      objectFinding(entry.item, {
        severity,
        message,
        reason,
        field,
        ...(hint === undefined ? {} : { hint }),
        ...(notes.length === 0 ? {} : { notes }),
      }),
    ];
  });
}
