import { hideSecretsOf, maskFindings } from "../findings/mask-findings.ts";
import { isHook } from "../helm/annotations.ts";
import type { HelmHook, HelmRelease } from "../helm/types.ts";
import { formatObjectRef, type KubeObject, objectKey, toObjectRef } from "../kube/object-ref.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { orChartFailure } from "../release/chart-failure.ts";
import { dryRunChart } from "../release/dry-run-chart.ts";
import type { Release } from "../release/release.ts";
import { type ReleaseRef, releaseRefs } from "../release/release-objects.ts";
import { chartChanges } from "../trial/live/live-differences.ts";
import { readLiveRelease } from "../trial/live/live-release.ts";
import type { Hide } from "../util/text/hide-secrets.ts";
import { isOfPodTemplate, toFieldDiff, withoutNamespace } from "./compare-renderings.ts";
import { formatSegments, type ValueChange } from "./compare-values.ts";
import type { CaseToCompare } from "./diff-case.ts";
import type { ObjectDiff, RandomField, StoredDiff } from "./diff-result.ts";
import { toSegments } from "./to-segments.ts";
import { isVersionLabel } from "./version-labels.ts";

/** What {@link compareStored} compares. */
export interface StoredComparison {
  item: CaseToCompare;
  /** The previous version, installed. */
  release: Release;
  /** Fields that two renderings of one version have differently: they would change in any case. */
  random: readonly RandomField[];
  timeout: string;
}

/** What an upgrade of the release would create, change, delete and run, and what the API server would refuse of it. */
export async function compareStored(plane: ControlPlane, comparison: StoredComparison): Promise<StoredDiff> {
  const { item, release, random, timeout } = comparison;
  const { after, inputs, renderer } = item;
  const { set, setString, releaseName } = inputs;
  const { namespace } = release;
  const before = await readLiveRelease(plane, release.info);
  const options = { namespace, releaseName, values: [...after.values], set, setString, timeout };
  const tried = await dryRunChart(after.path, { ...options, controlPlane: plane, signal: renderer.signal });
  const newer = await renderUpgrade(plane, item, release);
  const [olderRefs, newerRefs] = await Promise.all([releaseRefs(plane, release.info), releaseRefs(plane, newer)]);

  const hide = hideSecretsOf([...before.objects.values(), ...tried.objects]);
  const stored = tried.objects.filter(({ metadata }) => !isHook(metadata.annotations));
  const objects = stored.flatMap((object) => {
    const old = before.objects.get(objectKey(toObjectRef(object)));
    return old === undefined ? [toAdded(object)] : toChanged(old, object, random, hide);
  });
  const named = (diff: ObjectDiff) => ({ ...diff, object: withoutNamespace(diff.object, namespace) });
  const removed = pruned(olderRefs, newerRefs).filter((ref) => before.objects.has(objectKey(ref)));
  return {
    objects: [...objects, ...removed.map(toRemoved)].map(named),
    refused: maskFindings(tried.findings, [...before.objects.values(), ...tried.objects]),
    hooks: newer.hooks.flatMap(toHookText),
  };
}

// As Helm would store it: with the cluster's version, API versions and `lookup`.
async function renderUpgrade(
  plane: ControlPlane,
  { after, inputs, renderer }: CaseToCompare,
  { info, namespace }: Release,
): Promise<HelmRelease> {
  const { set, setString, releaseName } = inputs;
  const values = { valueFiles: [...after.values], set: [...set], setString: [...setString] };
  const request = { chart: after.path, ...values, namespace, releaseName, forRelease: true, isUpgrade: true };
  const rendering = plane.helm.template(request, { signal: renderer.signal });
  const { manifest, hooks } = await orChartFailure(rendering, "template", `Rendering ${after.label}`);
  return { ...info, manifest, hooks };
}

// What Helm deletes: objects that the newer manifest no longer has, unless the older one says that they are kept.
function pruned(older: readonly ReleaseRef[], newer: readonly ReleaseRef[]): ReleaseRef[] {
  const kept = new Set(newer.filter(({ isHook: hook }) => !hook).map((ref) => objectKey(ref)));
  return older.filter((ref) => !ref.isHook && !ref.isKept && !kept.has(objectKey(ref)));
}

function toAdded(object: KubeObject): ObjectDiff {
  return { change: "added", object: toObjectRef(object), role: "manifest", fields: [] };
}

function toRemoved({ apiVersion, kind, namespace, name }: ReleaseRef): ObjectDiff {
  const object = { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name };
  return { change: "removed", object, role: "manifest", fields: [] };
}

function toChanged(before: KubeObject, after: KubeObject, random: readonly RandomField[], hide: Hide): ObjectDiff[] {
  const { kind, metadata } = after;
  const unstable = random.filter(({ object }) => object.kind === kind && object.name === metadata.name);
  const changes = chartChanges(before, after)
    .map((change): ValueChange => {
      const path = toSegments(change.path, change.after === undefined ? before : after);
      return { ...change, path };
    })
    .filter(({ path }) => !unstable.some(({ field }) => formatSegments(path).startsWith(field)));
  if (changes.length === 0) return [];
  const recreates = changes.some(({ path }) => isOfPodTemplate(after, path));
  const fields = changes.map((change) =>
    toFieldDiff(kind, change, hide, isVersionLabel(change) ? "version" : undefined),
  );
  const object = toObjectRef(after);
  return [{ change: "changed", object, role: "manifest", fields, ...(recreates ? { recreatesPods: true } : {}) }];
}

function toHookText({ kind, name, events }: HelmHook): string[] {
  const upgrade = events.filter((event) => event === "pre-upgrade" || event === "post-upgrade");
  return upgrade.length === 0 ? [] : [`${formatObjectRef({ kind, name })} (${upgrade.join(", ")})`];
}
