import type { ManifestDocument } from "../chart/manifest.ts";
import type { Finding, FindingStep } from "../errors/finding.ts";
import type { HelmErrorCode, HelmFailure } from "../helm/error-types.ts";
import type { HelmError } from "../helm/helm-error.ts";
import type { HelmWarning } from "../helm/types.ts";
import type { KubeObject, ObjectRef } from "../kube/object-ref.ts";
import { findDocument } from "./find-template.ts";
import { forbiddenFindings, withoutMissingRoles } from "./forbidden.ts";
import { hookEventsOf } from "./hook-events.ts";
import { tryReleaseDocuments } from "./release-documents.ts";
import { statusFindings } from "./status-findings.ts";
import { tooLargeHint } from "./too-large.ts";

/** What Helm's error says about the chart, one finding for each cause. */
export function helmFindings(error: HelmError, step: FindingStep): Finding[] {
  const documents = tryReleaseDocuments(error.release);
  const findings = error.failures.flatMap((failure) => failureFindings(failure, error, step, documents));
  const causes = withoutMissingRoles(
    findings,
    documents.map(({ object }) => object),
  );
  return causes.length > 0 ? causes : textFindings(error.helmMessage, error, step);
}

function failureFindings(
  failure: HelmFailure,
  error: HelmError,
  step: FindingStep,
  documents: readonly ManifestDocument[],
): Finding[] {
  const object = toRef(failure.object);
  const document = object === undefined ? undefined : findDocument(documents, object);
  const isExplained = failure.reason !== undefined;
  const statuses =
    failure.status === undefined || isExplained
      ? []
      : statusFindings({ kind: "Status", ...failure.status }, document?.object);
  const findings: Finding[] =
    statuses.length === 0
      ? textFindings(
          [hookText(failure.message, step, document), ...(failure.ends ?? [])].join("; "),
          error,
          step,
          document?.object,
        )
      : statuses.map((status) => ({ severity: "error", step, ...status }));
  return findings.map((finding) => {
    const hint = failure.hint ?? finding.hint ?? tooLargeHint(finding.message, document?.object);
    return {
      ...finding,
      ...(object === undefined ? {} : { object }),
      ...(document === undefined || document.template === "" ? {} : { template: document.template }),
      ...(failure.reason === undefined ? {} : { reason: failure.reason }),
      ...(hint === undefined ? {} : { hint }),
    };
  });
}

// As for a hook that was observed before it was removed.
function hookText(message: string, step: FindingStep, document: ManifestDocument | undefined): string {
  const events = document === undefined ? [] : hookEventsOf(document.object, step);
  if (events.length === 0) return message;
  return `${events.join(", ")} hook: ${message.replace(/^resource \S+ not ready\. status: \w+, message: /, "")}`;
}

// A report names the part of the chart at fault, which is the same for these codes as for others.
const reasons: Partial<Record<HelmErrorCode, string>> = { fail: "template", "kube-version": "load" };

// A helm program prints what the API server has answered without its type.
function textFindings(message: string, error: HelmError, step: FindingStep, object?: KubeObject): Finding[] {
  const forbidden = forbiddenFindings({ kind: "Status", reason: "Forbidden", message }, object);
  if (forbidden === undefined) return [plainFinding(message, error, step)];
  return forbidden.map((status) => ({ severity: "error", step, ...status }));
}

function plainFinding(message: string, error: HelmError, step: FindingStep): Finding {
  // The engine's own messages end in a hint.
  const [text = message, hint] = message.split("\nHint: ");
  const finding: Finding = {
    severity: "error",
    step,
    message: text,
    reason: reasons[error.helmCode] ?? error.helmCode,
  };
  if (hint !== undefined) finding.hint = hint;
  if (error.file !== undefined) finding.template = error.file;
  if (error.line !== undefined) finding.line = error.line;
  return finding;
}

/** What the engine found questionable about a chart. */
export function warningFindings(warnings: readonly HelmWarning[], step: FindingStep): Finding[] {
  return warnings.map(({ reason, message, file, line, field, object, hint }) => {
    const ref = toRef(object);
    return {
      severity: "warning",
      step,
      message,
      reason,
      ...(ref === undefined ? {} : { object: ref }),
      ...(field === undefined ? {} : { field }),
      ...(file === undefined ? {} : { template: file }),
      ...(line === undefined ? {} : { line }),
      ...(hint === undefined ? {} : { hint }),
    };
  });
}

function toRef(object: HelmFailure["object"]): ObjectRef | undefined {
  if (object?.kind === undefined || object.name === undefined) return undefined;
  const ref: ObjectRef = { apiVersion: object.apiVersion ?? "", kind: object.kind, name: object.name };
  return object.namespace === undefined || object.namespace === "" ? ref : { ...ref, namespace: object.namespace };
}
