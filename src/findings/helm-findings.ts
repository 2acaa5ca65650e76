import type { ManifestDocument } from "../chart/manifest.ts";
import type { Finding, FindingStep } from "../errors/finding.ts";
import type { HelmErrorCode, HelmFailure } from "../helm/error-types.ts";
import type { HelmError } from "../helm/helm-error.ts";
import type { ObjectRef } from "../kube/object-ref.ts";
import { findDocument } from "./find-template.ts";
import { tryReleaseDocuments } from "./release-documents.ts";
import { statusFindings } from "./status-findings.ts";
import { tooLargeHint } from "./too-large.ts";

/** What Helm's error says about the chart, one finding for each cause. */
export function helmFindings(error: HelmError, step: FindingStep): Finding[] {
  const documents = tryReleaseDocuments(error.release);
  const findings = error.failures.flatMap((failure) => failureFindings(failure, error, step, documents));
  return findings.length > 0 ? findings : [plainFinding(error.helmMessage, error, step)];
}

function failureFindings(
  failure: HelmFailure,
  error: HelmError,
  step: FindingStep,
  documents: readonly ManifestDocument[],
): Finding[] {
  const object = toRef(failure.object);
  const document = object === undefined ? undefined : findDocument(documents, object);
  const statuses = failure.status === undefined ? [] : statusFindings({ kind: "Status", ...failure.status });
  const findings: Finding[] =
    statuses.length === 0
      ? [plainFinding([failure.message, ...(failure.ends ?? [])].join("; "), error, step)]
      : statuses.map((status) => ({ severity: "error", step, ...status }));
  return findings.map((finding) => {
    const hint = finding.hint ?? tooLargeHint(finding.message, document?.object);
    return {
      ...finding,
      ...(object === undefined ? {} : { object }),
      ...(document === undefined || document.template === "" ? {} : { template: document.template }),
      ...(hint === undefined ? {} : { hint }),
    };
  });
}

// A report names the part of the chart at fault, which is the same for these codes as for others.
const reasons: Partial<Record<HelmErrorCode, string>> = { fail: "template", "kube-version": "load" };

function plainFinding(message: string, error: HelmError, step: FindingStep): Finding {
  const finding: Finding = { severity: "error", step, message, reason: reasons[error.helmCode] ?? error.helmCode };
  if (error.file !== undefined) finding.template = error.file;
  if (error.line !== undefined) finding.line = error.line;
  return finding;
}

function toRef(object: HelmFailure["object"]): ObjectRef | undefined {
  if (object?.kind === undefined || object.name === undefined) return undefined;
  const ref: ObjectRef = { apiVersion: object.apiVersion ?? "", kind: object.kind, name: object.name };
  return object.namespace === undefined || object.namespace === "" ? ref : { ...ref, namespace: object.namespace };
}
