import { formatObjectRef, type ObjectRef } from "../kube/object-ref.ts";
import { ERROR_FINDINGS_COUNT } from "../util/defaults.ts";
import { toPrintableLine, toPrintableResult } from "../util/text/printable.ts";
import type { Finding } from "./finding.ts";

/**
 * A finding on one line: `Service web/web: spec.ports[0].port: Invalid value … (web/templates/service.yaml:12)`. Objects in
 * `namespace` are named without it.
 */
export function formatFinding(found: Finding, namespace?: string): string {
  const finding = toPrintableResult(found);
  const parts: string[] = [];
  if (finding.object !== undefined) parts.push(formatObjectRef(without(finding.object, namespace)));
  if (finding.field !== undefined && !finding.message.startsWith(finding.field)) parts.push(finding.field);
  parts.push(finding.message.trim());
  const location = finding.line === undefined ? finding.template : `${finding.template}:${finding.line}`;
  const where = finding.template === undefined || finding.message.includes(finding.template) ? "" : ` (${location})`;
  const hint = finding.hint === undefined ? "" : `; ${finding.hint}`;
  return `${parts.join(": ")}${where}${hint}`;
}

/** The first findings as indented lines, and the number of the others. */
export function formatFindings(findings: readonly Finding[], namespace?: string): string[] {
  const lines = findings.slice(0, ERROR_FINDINGS_COUNT).flatMap((finding) => [
    // Only the first line begins with what seatrial wrote.
    `  ${finding.severity}: ${formatFinding(finding, namespace).replaceAll("\n", "\n    ")}`,
    ...(finding.notes ?? []).map((note) => `    ${toPrintableLine(note)}`),
  ]);
  const more = findings.length - ERROR_FINDINGS_COUNT;
  return more > 0 ? [...lines, `  and ${more} more`] : lines;
}

function without(ref: ObjectRef, namespace: string | undefined): Omit<ObjectRef, "namespace"> | ObjectRef {
  if (namespace === undefined || ref.namespace !== namespace) return ref;
  const { namespace: _namespace, ...rest } = ref;
  return rest;
}
