import type { HelmFailure } from "../helm/error-types.ts";
import type { HelmError } from "../helm/helm-error.ts";
import type { ObjectRef } from "../kube/object-ref.ts";
import { isStatus } from "../kube/status.ts";
import { type FindTemplate, templateFinder } from "./find-template.ts";
import type { Finding, FindingStep } from "./finding.ts";
import { statusFindings } from "./status-findings.ts";

/** What Helm's error says about the chart, one finding for each cause. */
export function helmFindings(error: HelmError, step: FindingStep): Finding[] {
  const findTemplate = templateFinder(error.release);
  const findings = error.failures.flatMap((failure) => failureFindings(failure, error, step, findTemplate));
  return findings.length > 0 ? findings : [plainFinding(error.helmMessage, error, step)];
}

function failureFindings(
  failure: HelmFailure,
  error: HelmError,
  step: FindingStep,
  findTemplate: FindTemplate,
): Finding[] {
  const object = toRef(failure.object);
  const template = object === undefined ? undefined : findTemplate(object);
  const statuses =
    isStatus(failure.status) || failure.status !== undefined
      ? statusFindings({ kind: "Status", ...failure.status })
      : [];
  if (statuses.length === 0) return [withPlace(plainFinding(failure.message, error, step), object, template)];
  return statuses.map((status) => withPlace({ severity: "error", step, ...status }, object, template));
}

function plainFinding(message: string, error: HelmError, step: FindingStep): Finding {
  const finding: Finding = { severity: "error", step, message, reason: error.helmCode };
  if (error.file !== undefined) finding.template = error.file;
  if (error.line !== undefined) finding.line = error.line;
  return finding;
}

function withPlace(finding: Finding, object: ObjectRef | undefined, template: string | undefined): Finding {
  if (object !== undefined) finding.object = object;
  if (template !== undefined) finding.template = template;
  return finding;
}

function toRef(object: HelmFailure["object"]): ObjectRef | undefined {
  if (object?.kind === undefined || object.name === undefined) return undefined;
  const ref: ObjectRef = { apiVersion: object.apiVersion ?? "", kind: object.kind, name: object.name };
  return object.namespace === undefined || object.namespace === "" ? ref : { ...ref, namespace: object.namespace };
}
