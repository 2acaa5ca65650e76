import type { FieldChange } from "../../util/field-changes.ts";

/**
 * Whether the field is a label or annotation that a chart computes from other objects to restart Pods: its name says so, or both
 * values look like a digest.
 */
export function isChecksum({ path, before, after }: FieldChange): boolean {
  if (!isNote({ path })) return false;
  const name = String(path.at(-1));
  return /checksum|hash|digest|sha\d|md5/i.test(name) || (isDigest(before) && isDigest(after));
}

/** Whether the field is a label or an annotation, of the object itself or of its Pods. */
export function isNote({ path }: Pick<FieldChange, "path">): boolean {
  const index = path.lastIndexOf("metadata");
  return index >= 0 && (path[index + 1] === "annotations" || path[index + 1] === "labels");
}

function isDigest(value: unknown): boolean {
  return typeof value === "string" && /^(?:sha256:)?[0-9a-f]{32,64}$/.test(value);
}
