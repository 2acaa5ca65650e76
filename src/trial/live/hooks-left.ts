import type { ManifestDocument } from "../../chart/manifest.ts";
import { parseManifest } from "../../chart/manifest.ts";
import { findDocument } from "../../findings/find-template.ts";
import type { Finding } from "../../findings/finding.ts";
import { tryReleaseDocuments } from "../../findings/release-documents.ts";
import type { HelmHook, HelmRelease } from "../../helm/types.ts";
import { type KubeObject, toObjectRef } from "../../kube/object-ref.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { isMapping } from "../../util/is-mapping.ts";
import { mapLimit } from "../../util/map-limit.ts";

const CONCURRENCY = 8;

/** A release before and after an upgrade. */
export interface UpgradedRelease {
  older: HelmRelease;
  newer: HelmRelease;
}

/**
 * Findings about hooks of an upgrade whose names differ with each upgrade, and that still exist: Helm deletes a hook only before it
 * creates one of the same name, or as its own policy says.
 */
export function accumulatingHooks(
  plane: Pick<ControlPlane, "kube">,
  { older, newer }: UpgradedRelease,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  const known = tryReleaseDocuments(older);
  const fresh = hookDocuments(newer, ({ events }) => events.some((event) => event.endsWith("-upgrade"))).filter(
    ({ object }) => findDocument(known, toObjectRef(object)) === undefined,
  );
  return findingsFor(plane, newer.namespace, fresh, signal, {
    severity: "error",
    step: "upgrade",
    message:
      "each upgrade leaves another one behind: the name of the hook differs each time, and Helm deletes a hook only before it creates one of the same name",
    hint: "give the hook the same name each time, or annotate it with helm.sh/hook-delete-policy: hook-succeeded",
  });
}

/** Findings about hooks of the previous version that still exist, and that the new version does not have. */
export function abandonedHooks(
  plane: Pick<ControlPlane, "kube">,
  { older, newer }: UpgradedRelease,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  const known = tryReleaseDocuments(newer);
  const gone = hookDocuments(older, ({ events }) => events.some((event) => event !== "test")).filter(
    ({ object }) => findDocument(known, toObjectRef(object)) === undefined,
  );
  return findingsFor(plane, newer.namespace, gone, signal, {
    severity: "warning",
    step: "upgrade-from",
    message:
      "this hook of the previous version still exists, and the chart no longer has it: neither an upgrade nor the uninstall removes it",
    hint: "keep the name of the hook, or have users delete the old one: say so in the release notes",
  });
}

/**
 * An error for each pre-upgrade hook that an upgrade has deleted: it was an ordinary object of the previous version, and Helm deletes
 * those after its pre-upgrade hooks. Only hooks that an object of the manifest names: a hook that only other hooks use has done its
 * work.
 */
export async function deletedHooks(
  plane: Pick<ControlPlane, "kube">,
  { older, newer }: UpgradedRelease,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  const owned = tryReleaseDocuments({ manifest: older.manifest, hooks: [] });
  const rest = tryReleaseDocuments({ manifest: newer.manifest, hooks: [] }).map(({ object }) => object);
  const isRelevant = ({ events, deletePolicies = [] }: HelmHook) =>
    events.includes("pre-upgrade") && !deletePolicies.includes("hook-succeeded");
  const hooks = hookDocuments(newer, isRelevant).filter(
    ({ object }) => findDocument(owned, toObjectRef(object)) !== undefined && mentions(rest, object.metadata.name),
  );
  const findings = await mapLimit(hooks, CONCURRENCY, async ({ object, template }): Promise<Finding[]> => {
    const ref = toObjectRef(object);
    const resource = await plane.kube.discovery.find(ref.apiVersion, ref.kind, signal);
    const located = resource?.isNamespaced ? { namespace: newer.namespace, ...ref } : ref;
    if (resource === undefined || (await plane.kube.get(located, { signal })) !== undefined) return [];
    return [
      {
        severity: "error",
        step: "upgrade-from",
        message:
          "the upgrade deletes what its own pre-upgrade hook has created: it was an ordinary object of the previous version, and Helm deletes it after the hooks",
        reason: "HookDeletedByUpgrade",
        object: located,
        template,
        hint: "use another name for the hook, or leave it an ordinary object",
      },
    ];
  });
  return findings.flat();
}

function mentions(value: unknown, name: string | undefined): boolean {
  if (Array.isArray(value)) return value.some((item) => mentions(item, name));
  return isMapping(value) ? Object.values(value).some((item) => mentions(item, name)) : value === name;
}

function hookDocuments({ hooks }: HelmRelease, isRelevant: (hook: HelmHook) => boolean): ManifestDocument[] {
  return hooks.filter(isRelevant).flatMap(({ manifest, path }) => parseManifest(manifest, path));
}

async function findingsFor(
  { kube }: Pick<ControlPlane, "kube">,
  namespace: string,
  documents: readonly ManifestDocument[],
  signal: AbortSignal | undefined,
  what: Pick<Finding, "severity" | "step" | "message" | "hint">,
): Promise<Finding[]> {
  const findings = await mapLimit(documents, CONCURRENCY, async ({ object, template }): Promise<Finding[]> => {
    if (removesItself(object)) return [];
    const ref = toObjectRef(object);
    const resource = await kube.discovery.find(ref.apiVersion, ref.kind, signal);
    if (resource === undefined || ref.name === "") return [];
    const located = resource.isNamespaced ? { namespace, ...ref } : ref;
    const live = await kube.get(located, { signal });
    if (live === undefined || live.metadata.deletionTimestamp !== undefined) return [];
    return [{ ...what, reason: "HookLeftByUpgrade", object: located, template }];
  });
  return findings.flat();
}

function removesItself({ kind, spec }: KubeObject): boolean {
  return kind === "Job" && isMapping(spec) && spec.ttlSecondsAfterFinished !== undefined;
}
