import type { Finding } from "../findings/finding.ts";
import { helmFindings } from "../findings/helm-findings.ts";
import { maskFindings } from "../findings/mask-findings.ts";
import { tryReleaseDocuments } from "../findings/release-documents.ts";
import { HelmError } from "../helm/helm-error.ts";
import type { HelmTestFacts } from "../helm/test-types.ts";
import type { HelmRelease } from "../helm/types.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { toChartFailure } from "./chart-failure.ts";
import type { TestOptions } from "./options.ts";
import type { TestResult } from "./results.ts";
import { awaitReady } from "./wait/await-ready.ts";
import { NotReadyFailure } from "./wait/not-ready-failure.ts";

/** Runs a release's test hooks: `helm test`. Rejects only when they could not run. */
export async function testRelease(
  plane: ControlPlane,
  release: HelmRelease,
  options: TestOptions,
): Promise<TestResult> {
  const startedAt = performance.now();
  const { signal, filters, ...how } = options;
  const request = {
    ...how,
    namespace: release.namespace,
    releaseName: release.name,
    filters:
      filters === undefined ? undefined : { include: filters.include?.slice(), exclude: filters.exclude?.slice() },
  };
  const { namespace, name: releaseName } = release;
  const isInOperation = ({ revision }: HelmRelease) => revision === release.revision;
  const outcome = await awaitReady(
    { plane, namespace, releaseName, step: "test", isInOperation, ...options },
    (connection) => plane.helm.test(request, { signal: connection }),
  ).catch((error: unknown) => {
    if (error instanceof NotReadyFailure && !error.isOfCluster) return error;
    if (error instanceof HelmError && (error.helmCode === "hook" || error.helmCode === "timeout")) return error;
    throw toChartFailure(error, "test", `Testing release ${release.name}`);
  });
  const failure = outcome instanceof NotReadyFailure ? outcome.cause : outcome;
  const answer = failure instanceof HelmError ? failure.answer : failure;
  const { hooks = [], logs, logsError } = (answer ?? {}) as Partial<HelmTestFacts>;
  const found = failedFindings(outcome) ?? (hooks.length === 0 ? [nothingTested(release)] : []);
  const objects = tryReleaseDocuments(release).map(({ object }) => object);
  const findings = maskFindings(found, objects);
  const result: TestResult = {
    passed: findings.length === 0,
    findings,
    hooks,
    durationMs: Math.round(performance.now() - startedAt),
  };
  if (logs !== undefined) result.logs = logs;
  if (logsError !== undefined) result.logsError = logsError;
  return result;
}

function failedFindings(outcome: object): Finding[] | undefined {
  if (outcome instanceof NotReadyFailure) return outcome.findings("test");
  return outcome instanceof HelmError ? helmFindings(outcome, "test") : undefined;
}

// A run without tests has not passed.
function nothingTested(release: HelmRelease): Finding {
  return {
    severity: "error",
    step: "test",
    message: `release ${release.name} ran no test hooks`,
    reason: "NoTests",
    hint: 'a test is a Pod or Job with the annotation "helm.sh/hook: test"',
  };
}
