import { ChartError, type ChartErrorCode } from "../errors/chart-error.ts";
import { ClusterError } from "../errors/cluster-error.ts";
import { SeatrialError, toJsonObject } from "../errors/seatrial-error.ts";
import type { Finding, FindingStep } from "../findings/finding.ts";
import { formatFindings } from "../findings/format-finding.ts";
import { helmFindings } from "../findings/helm-findings.ts";
import { maskFindings } from "../findings/mask-findings.ts";
import { tryReleaseDocuments } from "../findings/release-documents.ts";
import { HelmError } from "../helm/helm-error.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { hideQuotes, makeHide } from "../util/text/hide-secrets.ts";
import { NotReadyFailure } from "./wait/not-ready-failure.ts";

/** What else an error says about the operation that failed. */
export interface FailedOperation {
  /** The release's own namespace: its objects are named without it, because its name is random. */
  ownNamespace?: string | undefined;
  /** How long the operation took, in milliseconds. */
  waitedMs?: number | undefined;
  /** Objects of the chart that the error does not name; the data of Secrets among them is masked. */
  objects?: readonly KubeObject[] | undefined;
}

/**
 * The error that a helper rejects with: a `ChartError` or, when the API server refused or the objects did not become
 * ready in time, a `ClusterError`; both with all `findings`. An error that says nothing about the chart (the engine
 * exited, the call was wrong) is returned as it is; a cancelled operation says what it waited for. The data of Secrets, of
 * the failed release and among `objects`, reads `***`.
 */
export function toChartFailure(
  error: unknown,
  step: FindingStep,
  what: string,
  objects: readonly KubeObject[] = [],
  operation: FailedOperation = {},
): unknown {
  if (error instanceof NotReadyFailure) return toNotReady(error, step, what, objects, operation);
  if (isCancelled(error)) return toCancelled(error, what, operation);
  if (!(error instanceof HelmError) || ["request", "cancelled", "internal"].includes(error.helmCode)) return error;
  const all = [...tryReleaseDocuments(error.release).map(({ object }) => object), ...objects];
  const findings = maskFindings(helmFindings(error, step), all);
  const message = [
    `${what} failed: ${countText(findings.length)}`,
    ...formatFindings(findings, operation.ownNamespace),
  ].join("\n");
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
  { ownNamespace }: FailedOperation,
): SeatrialError {
  const { observation, waitedMs, isTimeout, isOfCluster, isOfHook, ofChart, cause } = failure;
  const all = [...tryReleaseDocuments(observation.info).map(({ object }) => object), ...objects];
  const found = maskFindings(failure.findings(step), all);
  const options = {
    reason: found[0]?.reason,
    cause: cause instanceof HelmError ? withoutSecrets(cause, all) : undefined,
  };
  const details = toJsonObject({ notReady: found });
  const count = found.length === 1 ? "1 object" : `${found.length} objects`;
  if (failure.isCancelled) {
    const wait = found.length === 0 ? "" : `: ${count} ${found.length === 1 ? "was" : "were"} not ready`;
    const lines = [`${what} was cancelled after ${waitedMs} ms${wait}`, ...formatFindings(found, ownNamespace)];
    return new SeatrialError("SEATRIAL_CANCELLED", lines.join("\n"), { details });
  }
  const first = `${what} could not be checked: after ${waitedMs} ms, ${count}`;
  if (isOfCluster) return toNotChecked(first, found, options, ownNamespace);
  const lines = formatFindings(found, ownNamespace);
  const how = isTimeout ? "did not become ready" : "cannot become ready";
  const message = [`${what} failed after ${waitedMs} ms: ${count} ${how}`, ...lines].join("\n");
  const causes = found.map(({ field, message: text, reason }) => ({ field, message: text, reason }));
  if (isOfHook) {
    return new ChartError("SEATRIAL_HOOK", message, { ...options, findings: found, file: found[0]?.template });
  }
  // Objects that were late for no known reason say nothing about the chart: the machine may have been too slow.
  return ofChart.length > 0
    ? new ClusterError("SEATRIAL_NOT_READY", message, { ...options, findings: found, causes })
    : new ClusterError("SEATRIAL_TIMEOUT", message, { ...options, details, causes });
}

// A cluster that has what is missing here could run the chart.
function toNotChecked(
  first: string,
  found: readonly Finding[],
  options: { reason: string | undefined; cause: unknown },
  ownNamespace: string | undefined,
): ClusterError {
  const hints = new Set(found.flatMap(({ hint }) => hint ?? []));
  const withoutHints = found.map(({ hint: _hint, ...finding }) => finding);
  const lines = formatFindings(withoutHints, ownNamespace);
  return new ClusterError("SEATRIAL_NOT_CHECKED", [`${first} cannot become ready here`, ...lines].join("\n"), {
    ...options,
    details: toJsonObject({ notReady: found }),
    hint: hints.size === 0 ? undefined : [...hints].join("; "),
  });
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
  operation: FailedOperation = {},
): Promise<Value> {
  const startedAt = performance.now();
  try {
    return await work;
  } catch (error) {
    throw toChartFailure(error, step, what, operation.objects, {
      waitedMs: performance.now() - startedAt,
      ...operation,
    });
  }
}

function isCancelled(error: unknown): error is SeatrialError {
  return error instanceof SeatrialError && !(error instanceof HelmError) && error.code === "SEATRIAL_CANCELLED";
}

function toCancelled(error: SeatrialError, what: string, { waitedMs }: FailedOperation): SeatrialError {
  const duration = waitedMs === undefined ? "" : ` after ${Math.round(waitedMs)} ms`;
  return new SeatrialError("SEATRIAL_CANCELLED", `${what} was cancelled${duration}\n  ${error.message}`, {
    cause: error.cause,
  });
}

function countText(count: number): string {
  return count === 1 ? "1 finding" : `${count} findings`;
}
