import { isMapping } from "./is-mapping.ts";

/** A step into a value: the key of a mapping, or the index of a list. */
export type PathSegment = string | number;

/** A field that differs between two versions of an object. */
export interface FieldChange {
  path: PathSegment[];
  /** `undefined` when the field did not exist. */
  before: unknown;
  /** `undefined` when the field no longer exists. */
  after: unknown;
}

/**
 * The fields that differ, as deep as both sides have the field. Items of lists are matched by their `name`, else by their
 * position; a list of texts or numbers is one field. The index in a path is that of the newer list, or of the older list for an
 * item that was removed.
 */
export function fieldChanges(before: unknown, after: unknown, path: readonly PathSegment[] = []): FieldChange[] {
  if (isMapping(before) && isMapping(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => fieldChanges(before[key], after[key], [...path, key]));
  }
  if (Array.isArray(before) && Array.isArray(after) && [...before, ...after].every(isMapping)) {
    return listChanges(before as Item[], after as Item[], path);
  }
  return isEqual(before, after) ? [] : [{ path: [...path], before, after }];
}

/** The path as the API server writes it: `spec.ports[0].port`, `data[tls.crt]`. */
export function formatPath(path: readonly PathSegment[]): string {
  return path
    .map((segment, index) => {
      if (typeof segment === "number" || !/^[A-Za-z_$][\w$-]*$/.test(segment)) return `[${segment}]`;
      return index === 0 ? segment : `.${segment}`;
    })
    .join("");
}

/** The value of a field; `undefined` when it does not exist. */
export function valueAt(value: unknown, path: readonly PathSegment[]): unknown {
  return path.reduce<unknown>((inner, segment) => {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, segment)) return undefined;
    return (inner as Record<PathSegment, unknown>)[segment];
  }, value);
}

/** Whether two JSON values are the same; the order of keys does not matter. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((item, index) => isEqual(item, other[index]));
  }
  if (!isMapping(one) || !isMapping(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => isEqual(one[key], other[key]));
}

type Item = Record<string, unknown>;

function listChanges(before: readonly Item[], after: readonly Item[], path: readonly PathSegment[]): FieldChange[] {
  const isNamed =
    [...before, ...after].every(({ name }) => typeof name === "string") && areUnique(before) && areUnique(after);
  const partner = (item: Item, index: number, list: readonly Item[]) =>
    isNamed ? list.find(({ name }) => name === item.name) : list[index];
  const removed = before.flatMap((item, index) =>
    partner(item, index, after) === undefined ? [{ path: [...path, index], before: item, after: undefined }] : [],
  );
  const changed = after.flatMap((item, index) => fieldChanges(partner(item, index, before), item, [...path, index]));
  return [...changed, ...removed];
}

function areUnique(items: readonly Item[]): boolean {
  return new Set(items.map(({ name }) => name)).size === items.length;
}
