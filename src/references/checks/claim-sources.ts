import { type Dangling, missingObject } from "../dangling.ts";
import type { ChartEntry } from "../entry.ts";
import { listAt, textAt } from "../reading.ts";
import type { ReferenceIndex } from "../reference-index.ts";

const kinds = ["PersistentVolumeClaim", "VolumeSnapshot"] as const;
const fields = ["dataSource", "dataSourceRef"] as const;

/** Claims and snapshots that a claim is filled from and that do not exist: a provisioner waits for them. */
export function claimSources(index: ReferenceIndex): Dangling[] {
  const ofClaims = index
    .ofChart("v1", "PersistentVolumeClaim")
    .flatMap((entry) => sourcesOf(index, entry, entry.object, ""));
  const ofSets = index
    .ofChart("apps/v1", "StatefulSet")
    .flatMap((entry) =>
      listAt(entry.object, "spec", "volumeClaimTemplates").flatMap((template, at) =>
        sourcesOf(index, entry, template, `spec.volumeClaimTemplates[${at}].`),
      ),
    );
  return [...ofClaims, ...ofSets];
}

function sourcesOf(index: ReferenceIndex, entry: ChartEntry, claim: unknown, path: string): Dangling[] {
  return fields.flatMap((field) => {
    const name = textAt(claim, "spec", field, "name");
    const kind = kinds.find((each) => each === textAt(claim, "spec", field, "kind"));
    if (name === undefined || kind === undefined) return [];
    const namespace = textAt(claim, "spec", field, "namespace") ?? entry.namespace;
    const base = { entry, field: `${path}spec.${field}.name`, kind, name, namespace, reason: "NoSuchClaim" } as const;
    const typos = missingObject(index, { ...base, report: "typos" });
    if (typos.length > 0) return typos;
    // What a claim is restored from is often older than the release.
    return missingObject(index, base).map((each) => ({ ...each, severity: "warning" }));
  });
}
