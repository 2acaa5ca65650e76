import type { Finding } from "../errors/finding.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { type Hide, hideQuotes, makeHide } from "../util/text/hide-secrets.ts";

/**
 * A function that hides the data of the Secrets among the objects. A value that equals the name of an object, or a part of a
 * template's path, is not a secret: hiding it would only hide where the fault is.
 */
export function hideSecretsOf(objects: readonly KubeObject[], findings: readonly Finding[] = []): Hide {
  const names = objects.flatMap(({ metadata }) => [metadata.name, metadata.namespace]);
  const located = findings.flatMap(({ template, object }) => [
    template,
    ...(template ?? "").split("/"),
    object?.name,
    object?.namespace,
  ]);
  const isPublic = new Set([...names, ...located]);
  const secrets = objects.filter((object) => object.kind === "Secret");
  return makeHide(secrets, (text) => isPublic.has(text));
}

/**
 * Findings without the data of the Secrets among a chart's objects: more people read a report than may read the Secrets.
 */
export function maskFindings(findings: readonly Finding[], objects: readonly KubeObject[]): Finding[] {
  const hide = hideSecretsOf(objects, findings);
  return findings.map((finding) => {
    const isOfSecret = finding.object?.kind === "Secret";
    const message = isOfSecret ? hideQuotes(finding.message, finding.field) : finding.message;
    const masked: Finding = { ...finding, message: hide(message) };
    if (finding.hint !== undefined) masked.hint = hide(finding.hint);
    if (finding.notes !== undefined) masked.notes = finding.notes.map((note) => hide(note));
    return masked;
  });
}
