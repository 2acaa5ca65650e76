import type { KubeObject } from "../../kube/object-ref.ts";
import { isEqual, type PathSegment } from "../../util/field-changes.ts";
import { isMapping } from "../../util/is-mapping.ts";

interface ManagedFields {
  manager?: string;
  fieldsV1?: unknown;
}

/**
 * The names of the managers that own a field, a part of it, or a field that contains it as a whole, from
 * `metadata.managedFields`. Source of the format: structured-merge-diff, fieldpath/serialize-pe.go.
 */
export function ownersOf(object: KubeObject, path: readonly PathSegment[]): string[] {
  const entries = (object.metadata.managedFields ?? []) as ManagedFields[];
  return entries.flatMap(({ manager, fieldsV1 }) =>
    manager !== undefined && owns(fieldsV1, object, path) ? [manager] : [],
  );
}

function owns(fields: unknown, value: unknown, path: readonly PathSegment[]): boolean {
  if (!isMapping(fields)) return false;
  const [segment, ...rest] = path;
  if (segment === undefined) return true;
  const inner = Object.keys(fields).filter((key) => key !== ".");
  // The manager owns the value as a whole.
  if (inner.length === 0) return true;
  const next = (value as Record<PathSegment, unknown> | undefined)?.[segment];
  const keys = typeof segment === "string" ? [`f:${segment}`] : inner.filter((key) => isItem(key, next, segment));
  return keys.some((key) => key in fields && owns(fields[key], next, rest));
}

function isItem(key: string, item: unknown, index: number): boolean {
  const [kind, text] = [key.slice(0, 2), key.slice(2)];
  if (kind === "i:") return Number(text) === index;
  if (kind === "v:") return isEqual(JSON.parse(text), item);
  if (kind !== "k:" || !isMapping(item)) return false;
  const identity = JSON.parse(text) as Record<string, unknown>;
  return Object.entries(identity).every(([name, value]) => isEqual(item[name], value));
}
