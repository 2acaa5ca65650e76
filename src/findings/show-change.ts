import type { KubeObject } from "../kube/object-ref.ts";
import { type FieldChange, formatPath, type PathSegment } from "../util/field-changes.ts";

const MAX_LENGTH = 80;

/** The old and the new value for people: `"a" → "b"`. The data of Secrets reads `***`. */
export function showValues(object: Pick<KubeObject, "kind">, { path, before, after }: FieldChange): string {
  return `${showValue(object, path, before)} → ${showValue(object, path, after)}`;
}

/** A field's value for people. The data of Secrets reads `***`. */
export function showValue({ kind }: Pick<KubeObject, "kind">, path: readonly PathSegment[], value: unknown): string {
  const isSecret = kind === "Secret" && (path[0] === "data" || path[0] === "stringData");
  return isSecret ? mask(value) : toText(value);
}

/** A change for people: `spec.replicas: 1 → 2`. */
export function showChange(object: Pick<KubeObject, "kind">, change: FieldChange): string {
  return `${formatPath(change.path)}: ${showValues(object, change)}`;
}

function mask(value: unknown): string {
  return value === undefined ? "(none)" : "***";
}

function toText(value: unknown): string {
  if (value === undefined) return "(none)";
  const text = JSON.stringify(value);
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}… (${text.length} characters)`;
}
