import type { Finding } from "../errors/finding.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { hideQuotes, makeHide } from "../util/hide-secrets.ts";

/**
 * Findings without the data of the Secrets among a chart's objects: more people read a report than may read the Secrets.
 */
export function maskFindings(findings: readonly Finding[], objects: readonly KubeObject[]): Finding[] {
  const hide = makeHide(objects.filter((object) => object.kind === "Secret"));
  return findings.map((finding) => {
    const isOfSecret = finding.object?.kind === "Secret";
    const message = isOfSecret ? hideQuotes(finding.message, finding.field) : finding.message;
    const masked: Finding = { ...finding, message: hide(message) };
    if (finding.hint !== undefined) masked.hint = hide(finding.hint);
    if (finding.notes !== undefined) masked.notes = finding.notes.map((note) => hide(note));
    return masked;
  });
}
