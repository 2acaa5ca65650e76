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
  const mayBe = ({ path }: FieldChange) => path[0] !== "metadata" && !permitted(message).includes(String(path[1]));
  const isConcerned = (change: FieldChange) => {
    const name = formatPath(change.path);
    if (field !== undefined && field !== "" && !name.startsWith(field) && !field.startsWith(name)) return false;
    return mayBe(change);
  };
  const live = objects.find((each) => isSame(each, object));
  const all = older === undefined ? [] : fieldChanges(older, newer).filter(mayBe);
  const written = all.filter(isConcerned);
  if (written.length > 0) return written.map((change) => withLive(change, live));
  // A field that the API server has set, and that the chart sets now.
  const set = live === undefined ? [] : fieldChanges(live, newer);
  const added = set.filter((change) => change.after !== undefined && isConcerned(change));
  if (added.length > 0) return added;
  // The API server may name a field otherwise: `spec.attachedRequired`, `spec.persistentvolumesource`, `data` for `stringData`.
  return all.map((change) => withLive(change, live));
}

function withLive(change: FieldChange, live: KubeObject | undefined): FieldChange {
  return { ...change, before: change.before ?? valueAt(live, change.path) };
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
