import type { PathSegment } from "../util/field-changes.ts";
import { isMapping } from "../util/is-mapping.ts";
import type { Segment } from "./compare-values.ts";
import { findListKey } from "./list-keys.ts";

/** A path with indices, as one with the keys of the items that they name in this value. */
export function toSegments(path: readonly PathSegment[], value: unknown): Segment[] {
  let inner: unknown = value;
  return path.map((segment, index) => {
    const list = inner;
    inner = (inner as Record<PathSegment, unknown> | undefined)?.[segment];
    return typeof segment === "string" ? segment : { item: itemName(String(path[index - 1] ?? ""), list, segment) };
  });
}

/** What an item of a list is called in a path: its key where Kubernetes has one, else its position. */
export function itemName(field: string, list: unknown, index: number): string {
  if (!Array.isArray(list) || !list.every(isMapping)) return String(index);
  const item = list[index];
  return (item && findListKey(field, [list])?.keyOf(item)) || String(index);
}
