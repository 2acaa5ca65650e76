import type { Finding } from "../../findings/finding.ts";
import { findingsOf } from "../../findings/findings-of.ts";
import { showChange } from "../../findings/show-change.ts";
import { objectKey, toObjectRef } from "../../kube/object-ref.ts";
import { isImmutable } from "../../release/refused-upgrade/refused-changes.ts";
import type { Release } from "../../release/release.ts";
import { type FieldChange, formatPath } from "../../util/field-changes.ts";
import { removeExpiringJobs } from "../leftovers/remove-expiring-jobs.ts";
import { isAllocatable } from "../live/allocated-fields.ts";
import { ownersOf } from "../live/field-owners.ts";
import { type LiveDifference, liveDifferences } from "../live/live-differences.ts";
import { type LiveRelease, readLiveRelease } from "../live/live-release.ts";
import type { TrialState } from "./trial-state.ts";
import { uninstall } from "./uninstall.ts";

const MAX_NOTES = 8;

/** Rolls back to the previous version: what is stored again equals what was before the upgrade. Then uninstalls it. */
export async function rollback(state: TrialState): Promise<Finding[]> {
  const { release, beforeUpgrade, afterUpgrade } = state;
  // Helm reads the same chart in both versions.
  if (release === undefined || beforeUpgrade === undefined || afterUpgrade === undefined) return [];
  const { plane } = state.context;
  await removeExpiringJobs(plane, release.info);
  const refusal = await tryRollback(state, release);
  if (refusal !== undefined) return refusal;
  const objects = new Map([...afterUpgrade.objects, ...beforeUpgrade.objects]);
  const after = await readLiveRelease(plane, release.info, { objects });
  const findings = liveDifferences(beforeUpgrade, after)
    .filter((difference) => !isBack(difference, beforeUpgrade, afterUpgrade))
    .map(withoutAllocated)
    .flatMap(toFinding);
  await uninstall(state);
  return findings;
}

// Some changes go one way only: a claim that has grown cannot shrink again. The chart is installable all the same.
async function tryRollback({ context, deployment }: TrialState, release: Release): Promise<Finding[] | undefined> {
  try {
    await release.rollback(1, { signal: context.signal, ...deployment });
    return undefined;
  } catch (error) {
    const findings = findingsOf(error);
    if (findings === undefined || !findings.every(isImmutable)) throw error;
    return findings.map((finding) => ({
      ...finding,
      severity: finding.object?.kind === "PersistentVolumeClaim" ? "warning" : "error",
      message: `the rollback is refused: ${finding.message}`,
      reason: "NotRolledBack",
      hint: "users cannot roll back once they have upgraded: say so in the release notes",
    }));
  }
}

// An object that the upgrade had deleted is another one now.
function isBack({ kind, object }: LiveDifference, before: LiveRelease, upgraded: LiveRelease): boolean {
  const key = objectKey(toObjectRef(object));
  return kind === "replaced" && upgraded.objects.get(key)?.metadata.uid !== before.objects.get(key)?.metadata.uid;
}

// A Service that had no cluster IP or node port in between gets another one, unless the chart sets it.
function withoutAllocated(difference: LiveDifference): LiveDifference {
  if (difference.kind !== "changed") return difference;
  const { object } = difference;
  const isAllocated = ({ path, before, after }: FieldChange) =>
    before !== undefined &&
    after !== undefined &&
    isAllocatable(object.kind, path) &&
    ownersOf(object, path).length === 0;
  return { ...difference, changes: difference.changes.filter((change) => !isAllocated(change)) };
}

const existence = {
  added: "the rollback leaves an object that only the newer version has",
  removed: "the rollback does not bring back this object of the previous version",
  replaced: "the rollback has deleted it and created another one of this name",
};

function toFinding(difference: LiveDifference): Finding[] {
  const { object } = difference;
  const base = { severity: "error", step: "rollback", reason: "NotRolledBack", object: toObjectRef(object) } as const;
  if (difference.kind !== "changed") return [{ ...base, message: existence[difference.kind] }];
  const { changes } = difference;
  if (changes.length === 0) return [];
  const count = changes.length === 1 ? "1 field differs" : `${changes.length} fields differ`;
  const message = `after the rollback, ${count} from before the upgrade`;
  const notes = changes.slice(0, MAX_NOTES).map((change) => showChange(object, change));
  const [first] = changes;
  const field = changes.length === 1 && first !== undefined ? { field: formatPath(first.path) } : {};
  return [{ ...base, ...field, message, notes }];
}
