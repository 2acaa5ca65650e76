import { isEqual } from "../util/field-changes.ts";
import { isMapping } from "../util/is-mapping.ts";
import { findListKey, sets } from "./list-keys.ts";
import { longestCommon } from "./longest-common.ts";

/** A step into a value: the key of a mapping, or an item of a list by its key or position. */
export type Segment = string | { item: string };

/** A field that differs between two values. */
export interface ValueChange {
  path: Segment[];
  /** `undefined` when the field did not exist. */
  before: unknown;
  /** `undefined` when the field no longer exists. */
  after: unknown;
}

type Item = Record<string, unknown>;

// Their entries are compared one by one, also when one side has none.
const maps = new Set(["labels", "annotations", "data", "stringData", "binaryData"]);

/**
 * The fields that differ, as deep as both sides have the field. The order of a list matters only where it does in Kubernetes. A
 * field that is null is a field that does not exist, as for the API server.
 */
export function compareValues(before: unknown, after: unknown, path: readonly Segment[] = []): ValueChange[] {
  const [one, other] = [open(before, after, path), open(after, before, path)];
  if (isMapping(one) && isMapping(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
    return keys.flatMap((key) => compareValues(one[key], other[key], [...path, key]));
  }
  if (Array.isArray(one) && Array.isArray(other)) return compareLists(one, other, path);
  const [was, is] = [one ?? undefined, other ?? undefined];
  return isEqual(was, is) ? [] : [{ path: [...path], before: was, after: is }];
}

/** The path as the API server writes it, with the key of an item in place of its index: `spec.ports[53/UDP].port`. */
export function formatSegments(path: readonly Segment[]): string {
  return path
    .map((segment, index) => {
      if (typeof segment !== "string") return `[${segment.item}]`;
      if (!/^[A-Za-z_$][\w$-]*$/.test(segment)) return `[${segment}]`;
      return index === 0 ? segment : `.${segment}`;
    })
    .join("");
}

/** The keys of mappings in a path, with `[]` for items of lists. */
export function namesOf(path: readonly Segment[]): string[] {
  return path.map((segment) => (typeof segment === "string" ? segment : "[]"));
}

function open(value: unknown, partner: unknown, path: readonly Segment[]): unknown {
  const last = path.at(-1);
  const isMissing = value === undefined || value === null;
  return isMissing && isMapping(partner) && typeof last === "string" && maps.has(last) ? {} : value;
}

function compareLists(before: readonly unknown[], after: readonly unknown[], path: readonly Segment[]): ValueChange[] {
  const field = String(namesOf(path).at(-1) ?? "");
  if (sets.has(field)) return compareSets(before, after, path);
  if ([...before, ...after].every(isMapping)) {
    const [one, other] = [before as Item[], after as Item[]];
    const key = findListKey(field, [one, other]);
    if (key !== undefined) {
      const changes = compareKeyed(one, other, key.keyOf, path);
      return key.isOrdered ? [...changes, ...compareOrder(one.map(key.keyOf), other.map(key.keyOf), path)] : changes;
    }
  }
  return comparePositions(before, after, path);
}

function compareKeyed(
  before: readonly Item[],
  after: readonly Item[],
  keyOf: (item: Item) => string,
  path: readonly Segment[],
): ValueChange[] {
  const [older, newer] = [before, after].map((items) => new Map(items.map((item) => [keyOf(item), item])));
  const keys = new Set([...after.map(keyOf), ...before.map(keyOf)]);
  return [...keys].flatMap((key) => compareValues(older?.get(key), newer?.get(key), [...path, { item: key }]));
}

// Of the items that both lists have.
function compareOrder(before: readonly string[], after: readonly string[], path: readonly Segment[]): ValueChange[] {
  const [was, is] = [before.filter((key) => after.includes(key)), after.filter((key) => before.includes(key))];
  return isEqual(was, is) ? [] : [{ path: [...path], before: was, after: is }];
}

function compareSets(before: readonly unknown[], after: readonly unknown[], path: readonly Segment[]): ValueChange[] {
  const has = (list: readonly unknown[], item: unknown) => list.some((each) => isEqual(each, item));
  const at = (item: unknown) => [...path, { item: String(item) }];
  return [
    ...before.flatMap((item) => (has(after, item) ? [] : [{ path: at(item), before: item, after: undefined }])),
    ...after.flatMap((item) => (has(before, item) ? [] : [{ path: at(item), before: undefined, after: item }])),
  ];
}

// Between two items that are the same, the items are compared in their order; what is left over was removed or added.
function comparePositions(
  before: readonly unknown[],
  after: readonly unknown[],
  path: readonly Segment[],
): ValueChange[] {
  const anchors: [number, number][] = [...longestCommon(before, after, isEqual), [before.length, after.length]];
  const changes: ValueChange[] = [];
  let [row, column] = [0, 0];
  for (const [nextRow, nextColumn] of anchors) {
    const [older, newer] = [before.slice(row, nextRow), after.slice(column, nextColumn)];
    for (let offset = 0; offset < Math.max(older.length, newer.length); offset++) {
      const index = offset < newer.length ? column + offset : row + offset;
      changes.push(...compareValues(older[offset], newer[offset], [...path, { item: String(index) }]));
    }
    [row, column] = [nextRow + 1, nextColumn + 1];
  }
  return changes;
}
