import type { KubeObject } from "../kube/object-ref.ts";
import { hideQuotes, makeHide } from "../util/hide-secrets.ts";
import type { Finding } from "./finding.ts";

/** Takes the data of a chart's Secrets out of texts: a report is read by more people than may read the Secrets. */
export type Masker = (findings: readonly Finding[]) => Finding[];

/** A masker for the Secrets among these objects. */
export function makeMasker(documents: readonly KubeObject[]): Masker {
  const hide = makeHide(documents.filter((object) => object.kind === "Secret"));
  return (findings) =>
    findings.map((finding) => {
      const isOfSecret = finding.object?.kind === "Secret";
      const message = isOfSecret ? hideQuotes(finding.message, finding.field) : finding.message;
      const masked: Finding = { ...finding, message: hide(message) };
      if (finding.hint !== undefined) masked.hint = hide(finding.hint);
      if (finding.notes !== undefined) masked.notes = finding.notes.map((note) => hide(note));
      return masked;
    });
}
