import type { KubeObject } from "../../kube/object-ref.ts";
import { type FieldChange, fieldChanges } from "../../util/field-changes.ts";
import { ownersOf } from "./field-owners.ts";
import type { LiveRelease } from "./live-release.ts";
import { isServerField } from "./server-fields.ts";

/** How an object differs between two moments in the life of a release. */
export type LiveDifference =
  | { kind: "changed"; object: KubeObject; changes: FieldChange[] }
  | { kind: "added" | "removed" | "replaced"; object: KubeObject };

/** What differs between two moments, without what the API server and controllers have written. */
export function liveDifferences(before: LiveRelease, after: LiveRelease): LiveDifference[] {
  const removed = [...before.objects].flatMap(([key, object]): LiveDifference[] =>
    after.objects.has(key) || removesItself(object) ? [] : [{ kind: "removed", object }],
  );
  const others = [...after.objects].flatMap(([key, object]): LiveDifference[] => {
    const old = before.objects.get(key);
    // An object that the older manifest names was gone by itself, as a Job with a time to live.
    if (old === undefined) return before.named.has(key) ? [] : [{ kind: "added", object }];
    if (old.metadata.uid !== object.metadata.uid) return [{ kind: "replaced", object }];
    const changes = chartChanges(old, object);
    return changes.length === 0 ? [] : [{ kind: "changed", object, changes }];
  });
  return [...removed, ...others];
}

/** The changes of fields that neither the API server nor a controller has written. */
export function chartChanges(before: KubeObject, after: KubeObject): FieldChange[] {
  return fieldChanges(before, after).filter((change) => {
    if (isServerField(change.path)) return false;
    const owners = ownersOf(change.after === undefined ? before : after, change.path);
    return owners.length === 0 || owners.some(isHelm);
  });
}

function isHelm(manager: string): boolean {
  return manager.startsWith("helm");
}

function removesItself({ kind, spec }: KubeObject): boolean {
  return (
    kind === "Job" && (spec as { ttlSecondsAfterFinished?: number } | undefined)?.ttlSecondsAfterFinished !== undefined
  );
}
