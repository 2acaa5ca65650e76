import { ChartError, type ChartErrorCode } from "../errors/chart-error.ts";
import { ClusterError } from "../errors/cluster-error.ts";
import { type JsonObject, SeatrialError } from "../errors/seatrial-error.ts";
import { tryDocuments } from "../findings/find-template.ts";
import type { Finding, FindingStep } from "../findings/finding.ts";
import { formatFindings } from "../findings/format-finding.ts";
import { helmFindings } from "../findings/helm-findings.ts";
import { makeMasker } from "../findings/mask-findings.ts";
import { HelmError } from "../helm/helm-error.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { hideQuotes, makeHide } from "../util/hide-secrets.ts";
import { NotReadyFailure } from "./wait/not-ready-failure.ts";

/**
 * The error that a helper rejects with: a `ChartError` or, when the API server refused or the objects did not get ready
 * in time, a `ClusterError`; both with all findings in `details.findings`. What is no fault of the chart (the engine
 * ended, the call was wrong or cancelled) stays the error that it is. The data of Secrets, those of the failed release
 * and those among `objects`, reads `***`.
 */
export function toChartFailure(
  error: unknown,
  step: FindingStep,
  what: string,
  objects: readonly KubeObject[] = [],
): unknown {
  if (error instanceof NotReadyFailure) return toNotReady(error, step, what, objects);
  if (!(error instanceof HelmError) || ["request", "cancelled", "internal"].includes(error.helmCode)) return error;
  const released = error.release === undefined ? [] : tryDocuments(error.release).map(({ object }) => object);
  const documents = [...released, ...objects];
  const findings = makeMasker(documents)(helmFindings(error, step));
  const message = [`${what} failed: ${countText(findings.length)}`, ...formatFindings(findings)].join("\n");
  const options = {
    details: { findings: findings as unknown as JsonObject[], helmCode: error.helmCode },
    cause: withoutSecrets(error, documents),
  };
  if (error.helmCode !== "cluster" && (error.helmCode !== "timeout" || isEndless(error, step))) {
    return new ChartError(error.code as ChartErrorCode, message, { ...options, file: error.file, line: error.line });
  }
  const causes = findings.map(({ field, message: text, reason }) => ({ field, message: text, reason }));
  return new ClusterError(error.code, message, { ...options, reason: findings[0]?.reason, causes });
}

// Objects that were late for no known reason tell nothing about the chart: the machine may have been too slow.
function toNotReady(
  failure: NotReadyFailure,
  step: FindingStep,
  what: string,
  objects: readonly KubeObject[],
): ChartError | ClusterError {
  const { sight, waitedMs, isTimeout, isExplained, isOfHook, cause } = failure;
  const documents = [...tryDocuments(sight.info).map(({ object }) => object), ...objects];
  const findings = makeMasker(documents)(failure.findings(step));
  const count = findings.length === 1 ? "1 object" : `${findings.length} objects`;
  const how = isTimeout ? "did not become ready" : "cannot become ready";
  const message = [`${what} failed after ${waitedMs} ms: ${count} ${how}`, ...formatFindings(findings)].join("\n");
  const json = findings as unknown as JsonObject[];
  const details: JsonObject = isExplained || isOfHook ? { findings: json } : { notReady: json };
  const causes = findings.map(({ field, message: text, reason }) => ({ field, message: text, reason }));
  const options = { details, cause: cause instanceof HelmError ? withoutSecrets(cause, documents) : undefined };
  if (isOfHook) return new ChartError("SEATRIAL_HOOK", message, { ...options, file: findings[0]?.template });
  const code = isExplained ? "SEATRIAL_NOT_READY" : "SEATRIAL_TIMEOUT";
  return new ClusterError(code, message, { ...options, reason: findings[0]?.reason, causes });
}

// What ran out of time was the work on the chart's own files, not a wait for the cluster.
function isEndless({ release, file }: HelmError, step: FindingStep): boolean {
  return release === undefined && (file !== undefined || step === "lint" || step === "template");
}

// Test runners print the cause, with all that is in it.
function withoutSecrets(error: HelmError, documents: readonly KubeObject[]): HelmError {
  const hide = makeHide(documents.filter((object) => object.kind === "Secret"));
  const isOfSecret = error.failures.some(({ object }) => object?.kind === "Secret");
  return error.hiding((text) => hide(isOfSecret ? hideQuotes(text) : text));
}

/** Runs one of Helm's verbs and turns its failure into the error of {@link toChartFailure}. */
export async function orChartFailure<Value>(work: Promise<Value>, step: FindingStep, what: string): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    throw toChartFailure(error, step, what);
  }
}

/** The findings that an error carries; `undefined` when it says nothing about the chart. */
export function findingsOf(error: unknown): Finding[] | undefined {
  if (!(error instanceof SeatrialError)) return undefined;
  const findings = error.details?.findings;
  return Array.isArray(findings) ? (findings as unknown as Finding[]) : undefined;
}

function countText(count: number): string {
  return count === 1 ? "1 finding" : `${count} findings`;
}
