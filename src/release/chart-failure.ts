import { ChartError, type ChartErrorCode } from "../errors/chart-error.ts";
import { ClusterError } from "../errors/cluster-error.ts";
import { toJsonObject } from "../errors/seatrial-error.ts";
import type { FindingStep } from "../findings/finding.ts";
import { formatFindings } from "../findings/format-finding.ts";
import { helmFindings } from "../findings/helm-findings.ts";
import { maskFindings } from "../findings/mask-findings.ts";
import { tryReleaseDocuments } from "../findings/release-documents.ts";
import { HelmError } from "../helm/helm-error.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { hideQuotes, makeHide } from "../util/hide-secrets.ts";
import { NotReadyFailure } from "./wait/not-ready-failure.ts";

/**
 * The error that a helper rejects with: a `ChartError` or, when the API server refused or the objects did not become
 * ready in time, a `ClusterError`; both with all `findings`. An error that says nothing about the chart (the engine
 * exited, the call was wrong or cancelled) is returned as it is. The data of Secrets, of the failed release and among
 * `objects`, reads `***`.
 */
export function toChartFailure(
  error: unknown,
  step: FindingStep,
  what: string,
  objects: readonly KubeObject[] = [],
): unknown {
  if (error instanceof NotReadyFailure) return toNotReady(error, step, what, objects);
  if (!(error instanceof HelmError) || ["request", "cancelled", "internal"].includes(error.helmCode)) return error;
  const all = [...tryReleaseDocuments(error.release).map(({ object }) => object), ...objects];
  const findings = maskFindings(helmFindings(error, step), all);
  const message = [`${what} failed: ${countText(findings.length)}`, ...formatFindings(findings)].join("\n");
  const options = { findings, details: { helmCode: error.helmCode }, cause: withoutSecrets(error, all) };
  if (error.helmCode !== "cluster" && (error.helmCode !== "timeout" || isEndless(error, step))) {
    return new ChartError(error.code as ChartErrorCode, message, { ...options, file: error.file, line: error.line });
  }
  const causes = findings.map(({ field, message: text, reason }) => ({ field, message: text, reason }));
  return new ClusterError(error.code, message, { ...options, reason: findings[0]?.reason, causes });
}

function toNotReady(
  failure: NotReadyFailure,
  step: FindingStep,
  what: string,
  objects: readonly KubeObject[],
): ChartError | ClusterError {
  const { observation, waitedMs, isTimeout, isExplained, isOfHook, cause } = failure;
  const all = [...tryReleaseDocuments(observation.info).map(({ object }) => object), ...objects];
  const found = maskFindings(failure.findings(step), all);
  const count = found.length === 1 ? "1 object" : `${found.length} objects`;
  const how = isTimeout ? "did not become ready" : "cannot become ready";
  const message = [`${what} failed after ${waitedMs} ms: ${count} ${how}`, ...formatFindings(found)].join("\n");
  const causes = found.map(({ field, message: text, reason }) => ({ field, message: text, reason }));
  const options = {
    // Objects that were late for no known reason say nothing about the chart: the machine may have been too slow.
    ...(isExplained || isOfHook ? { findings: found } : { details: toJsonObject({ notReady: found }) }),
    cause: cause instanceof HelmError ? withoutSecrets(cause, all) : undefined,
  };
  if (isOfHook) return new ChartError("SEATRIAL_HOOK", message, { ...options, file: found[0]?.template });
  const code = isExplained ? "SEATRIAL_NOT_READY" : "SEATRIAL_TIMEOUT";
  return new ClusterError(code, message, { ...options, reason: found[0]?.reason, causes });
}

// Helm ran out of time with the chart's own files, not with a wait for the cluster.
function isEndless({ release, file }: HelmError, step: FindingStep): boolean {
  return release === undefined && (file !== undefined || step === "lint" || step === "template");
}

// Test runners print the cause with all its fields.
function withoutSecrets(error: HelmError, objects: readonly KubeObject[]): HelmError {
  const hide = makeHide(objects.filter((object) => object.kind === "Secret"));
  const isOfSecret = error.failures.some(({ object }) => object?.kind === "Secret");
  return error.hiding((text) => hide(isOfSecret ? hideQuotes(text) : text));
}

/** Runs one of Helm's verbs and turns its failure into the error of {@link toChartFailure}. */
export async function orChartFailure<Value>(
  work: Promise<Value>,
  step: FindingStep,
  what: string,
  objects: readonly KubeObject[] = [],
): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    throw toChartFailure(error, step, what, objects);
  }
}

function countText(count: number): string {
  return count === 1 ? "1 finding" : `${count} findings`;
}
