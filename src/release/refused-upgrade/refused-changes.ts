import type { Finding } from "../../findings/finding.ts";
import type { KubeObject, ObjectRef } from "../../kube/object-ref.ts";
import { type FieldChange, fieldChanges, formatPath, valueAt } from "../../util/field-changes.ts";

// The words of the API server's validation for fields that cannot change.
const immutable =
  /immutable|may not be changed|may not change|cannot be changed|can ?not be (?:updated|unset)|updates to .* are forbidden|pod updates may not change|can not be less than status\.capacity|cannot change roleRef/i;

/** Whether the API server refuses the change of a field. */
export function isImmutable({ message }: Finding): boolean {
  return immutable.test(message);
}

/** The changes of an object that a finding is about. `older` and `newer` are as the two versions of the chart have the object. */
export function refusedChanges(
  { field, message, object }: Finding,
  older: KubeObject | undefined,
  newer: KubeObject | undefined,
  objects: readonly KubeObject[],
): FieldChange[] {
  if (newer === undefined || object === undefined) return [];
  const isConcerned = ({ path }: FieldChange) => {
    const name = formatPath(path);
    if (path[0] === "metadata") return false;
    if (field !== undefined && field !== "" && !name.startsWith(field) && !field.startsWith(name)) return false;
    return !permitted(message).includes(String(path[1]));
  };
  const live = objects.find((each) => isSame(each, object));
  const written = older === undefined ? [] : fieldChanges(older, newer).filter(isConcerned);
  if (written.length > 0) {
    return written.map((change) => ({ ...change, before: change.before ?? valueAt(live, change.path) }));
  }
  // A field that the API server has set, and that the chart sets now.
  if (live === undefined) return [];
  return fieldChanges(live, newer).filter((change) => change.after !== undefined && isConcerned(change));
}

function isSame({ kind, metadata }: KubeObject, object: ObjectRef): boolean {
  const namespace = object.namespace ?? metadata.namespace;
  return kind === object.kind && metadata.name === object.name && namespace === metadata.namespace;
}

// "updates to statefulset spec for fields other than 'replicas', 'ordinals', … are forbidden"
function permitted(message: string): string[] {
  const list = /for fields other than (.*?)(?: are forbidden|$)/.exec(message)?.[1] ?? "";
  return [...list.matchAll(/'([^']+)'/g)].map(([, name = ""]) => name);
}
