import { UsageError } from "../../errors/usage-error.ts";
import type { KubeObject } from "../../kube/object-ref.ts";
import type { PathSegment } from "../../util/field-changes.ts";
import { ownersOf } from "./field-owners.ts";

/**
 * The names of the field managers that own a field of a stored object, such as `spec.replicas`, `spec.ports[0].port` or
 * `data[tls.crt]`: those of a part of it, too. Empty when nobody owns it. Throws `SEATRIAL_USAGE` for a field that cannot be read.
 */
export function fieldManagers(object: { metadata: object }, field: string): string[] {
  return [...new Set(ownersOf(object as KubeObject, parsePath(field)))].sort();
}

function parsePath(field: string): PathSegment[] {
  const segments = [...field.matchAll(/\.?([A-Za-z_$][\w$-]*)|\[([^\]]+)\]/gy)];
  const length = segments.reduce((sum, [text]) => sum + text.length, 0);
  if (field === "" || length !== field.length) {
    throw new UsageError(
      `fieldManagers: ${JSON.stringify(field)} is not a field such as spec.ports[0].port or data[tls.crt]`,
    );
  }
  return segments.map(
    ([, name, inBrackets = ""]) => name ?? (/^\d+$/.test(inBrackets) ? Number(inBrackets) : inBrackets),
  );
}
