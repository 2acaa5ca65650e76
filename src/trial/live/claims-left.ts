import type { ManifestDocument } from "../../chart/manifest.ts";
import { findDocument } from "../../findings/find-template.ts";
import type { Finding } from "../../findings/finding.ts";
import { tryReleaseDocuments } from "../../findings/release-documents.ts";
import { isPruned } from "../../helm/annotations.ts";
import type { HelmRelease } from "../../helm/types.ts";
import { type KubeObject, toObjectRef } from "../../kube/object-ref.ts";

const CLAIM = "PersistentVolumeClaim";

/** The objects of two versions that only one of them has. */
interface OnlyOne {
  removed: ManifestDocument[];
  added: ManifestDocument[];
}

/**
 * Findings about data that users lose when they upgrade: an error for a claim that an upgrade deletes while the chart has a new
 * one, a warning for a claim that it deletes, and a warning for the claims of a StatefulSet that another one replaces.
 */
export function claimsLeft(older: Pick<HelmRelease, "manifest">, newer: Pick<HelmRelease, "manifest">): Finding[] {
  const [before, after] = [documentsOf(older), documentsOf(newer)];
  const without = (list: ManifestDocument[], others: ManifestDocument[]) =>
    list.filter(({ object }) => findDocument(others, toObjectRef(object)) === undefined);
  const only = { removed: without(before, after), added: without(after, before) };
  return [...deletedClaims(only), ...replacedSets(only)];
}

function deletedClaims({ removed, added }: OnlyOne): Finding[] {
  const fresh = added.find(({ object }) => object.kind === CLAIM || hasClaims(object))?.object;
  return removed
    .filter(({ object }) => object.kind === CLAIM && isPruned(object.metadata.annotations))
    .map(({ object }) => ({
      severity: fresh === undefined ? "warning" : "error",
      step: "upgrade-from",
      message: `the upgrade deletes it, and users lose its data: ${fresh === undefined ? "the chart no longer has it" : `${nameOf(fresh)} of the chart starts with an empty volume`}`,
      reason: "ClaimDeletedByUpgrade",
      object: toObjectRef(object),
      hint: 'keep its name, or first release a version that annotates it with "helm.sh/resource-policy: keep"',
    }));
}

// Kubernetes keeps their claims, whose names contain that of the StatefulSet.
function replacedSets({ removed, added }: OnlyOne): Finding[] {
  const fresh = added.find(({ object }) => hasClaims(object));
  if (fresh === undefined) return [];
  return removed
    .filter(({ object }) => hasClaims(object))
    .map(({ object }) => ({
      severity: "warning",
      step: "upgrade-from",
      message: `the upgrade leaves its data behind: its claims stay, and ${nameOf(fresh.object)} of the chart starts with empty volumes`,
      reason: "ClaimsLeftByUpgrade",
      object: toObjectRef(object),
      ...(fresh.template === "" ? {} : { template: fresh.template }),
      hint: "keep the name of the StatefulSet, or say in the release notes how users move their data",
    }));
}

function documentsOf({ manifest }: Pick<HelmRelease, "manifest">): ManifestDocument[] {
  return tryReleaseDocuments({ manifest, hooks: [] });
}

function hasClaims({ kind, spec }: KubeObject): boolean {
  const { volumeClaimTemplates } = (spec ?? {}) as { volumeClaimTemplates?: unknown[] | null };
  return kind === "StatefulSet" && (volumeClaimTemplates?.length ?? 0) > 0;
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.name}`;
}
