import { SeatrialError } from "../errors/seatrial-error.ts";
import { TimeoutError } from "../errors/timeout-error.ts";
import { makeMasker } from "../findings/mask-findings.ts";
import { mapLimit } from "../kube/map-limit.ts";
import { toObjectRef } from "../kube/object-ref.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { rejectInPlace } from "../sharing/in-place.ts";
import { findOwner } from "../sharing/ownership.ts";
import { openNamespace } from "../sharing/release-namespace.ts";
import { parseDuration } from "../util/duration.ts";
import { orChartFailure } from "./chart-failure.ts";
import { type ChartCall, openChartCall } from "./chart-request.ts";
import { chartObjects, isInstalled } from "./dry-run/render.ts";
import { openScope } from "./dry-run/scope.ts";
import { objectFinding, staticFindings } from "./dry-run/static-findings.ts";
import { type SubmitOptions, type Submitted, submitObject } from "./dry-run/submit.ts";
import type { DryRunOptions } from "./options.ts";
import type { DryRunResult } from "./results.ts";

const TIMEOUT = "1m0s";
const CONCURRENCY = 16;

/**
 * Asks the API server whether it would take every object of the chart, its hooks and its CRDs: one request for each,
 * as Helm sends it, with `dryRun=All` and strict validation. A refused chart is a result with all errors. What had to be
 * put in place for it (a namespace, the chart's CRDs and Namespaces) is gone when it resolves: the store is as before.
 * When a release of the name exists in `namespace`, the upgrade is tried instead. Rejects with a `ChartError` when the
 * chart cannot be rendered, `SEATRIAL_TIMEOUT`, `SEATRIAL_CANCELLED`, or when it could not be checked.
 */
export async function dryRunChart(chart: string, options: DryRunOptions = {}): Promise<DryRunResult> {
  const startedAt = performance.now();
  await using call = await openChartCall("dryRunChart", chart, options);
  const timeout = AbortSignal.timeout(parseDuration(options.timeout ?? TIMEOUT, "timeout"));
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  try {
    const result = await run(call, chart, options, signal);
    return { ...result, durationMs: Math.round(performance.now() - startedAt) };
  } catch (error) {
    const isCancelled = error instanceof SeatrialError && error.code === "SEATRIAL_CANCELLED";
    if (!isCancelled || options.signal?.aborted || !timeout.aborted) throw error;
    throw new TimeoutError({
      waitedMs: performance.now() - startedAt,
      waitingFor: `the dry run of ${chart}`,
      cause: error,
    });
  }
}

async function run(
  call: ChartCall,
  chart: string,
  options: DryRunOptions,
  signal: AbortSignal,
): Promise<Omit<DryRunResult, "durationMs">> {
  const { plane, releaseName } = call;
  await using home = await openNamespace(plane, { name: options.namespace, create: true, prefix: releaseName, signal });
  const namespace = home.name;
  const release = { namespace, releaseName };
  const isUpgrade = !home.isNew && (await isInstalled(plane, release, signal));
  const request = { ...call.request, ...release, isUpgrade, forRelease: true };

  const what = { withCrds: !isUpgrade && options.skipCrds !== true, withHooks: options.noHooks !== true };
  const render = () => orChartFailure(plane.helm.template(request, { signal }), "template", `Rendering ${chart}`);
  let answer = await render();
  // Helm creates the files of crds/ before it renders, so that templates can see their kinds.
  const crds = chartObjects(answer, { withCrds: what.withCrds, withHooks: false }).filter(({ role }) => role === "crd");
  await using crdScope = await openScope(plane, crds, { namespace, signal });
  if (crds.length > 0) answer = await render();
  const objects = chartObjects(answer, what);
  const others = objects.filter(({ role }) => role !== "crd");
  if (!isUpgrade) {
    await rejectInPlace(
      plane,
      others.map(({ object }) => object),
      signal,
    );
  }
  await using scope = await openScope(plane, others, { namespace, signal });

  const findings = [...staticFindings(objects, namespace), ...scope.findings];
  const refusedKinds = new Set([...crdScope.refusedKinds, ...scope.refusedKinds]);
  const sendable = objects.filter(
    ({ problem, object }) => problem === undefined && object.metadata.name !== undefined && object.metadata.name !== "",
  );
  const checked = sendable.filter(({ object }) => !refusedKinds.has(`${object.apiVersion} ${object.kind}`));
  const how: SubmitOptions = { ...release, forceConflicts: options.forceConflicts === true, signal };
  const answers = await mapLimit(checked, CONCURRENCY, async (item) => {
    const submitted = await submitObject(plane.kube, item, how);
    if (!isUpgrade) submitted.findings.push(...(await conflictFindings(plane, submitted, release)));
    return submitted;
  });
  findings.push(...answers.flatMap((submitted) => submitted.findings));
  const mask = makeMasker(objects.map(({ object }) => object));
  return {
    accepted: findings.length === 0,
    findings: mask(findings),
    warnings: mask(answers.flatMap(({ warnings }) => warnings)),
    objects: answers.flatMap(({ object, findings: refusals }) =>
      object === undefined || refusals.length > 0 ? [] : [object],
    ),
    rejected: new Set(findings.map(({ object, template }) => JSON.stringify([object, template]))).size,
    submitted: answers.length,
    refs: objects.filter(({ problem }) => problem === undefined).map(({ object }) => toObjectRef(object)),
    chart: answer.chart,
    operation: isUpgrade ? "upgrade" : "install",
    namespace,
    releaseName,
  };
}

// Helm installs nothing over an object that is not the release's own.
async function conflictFindings(
  plane: ControlPlane,
  { item, object }: Submitted,
  release: { namespace: string; releaseName: string },
): Promise<Submitted["findings"]> {
  // A dry run gives no version to what it would create.
  if (item.role !== "manifest" || object?.metadata.resourceVersion === undefined) return [];
  const existing = await plane.kube.get(toObjectRef(object));
  if (existing === undefined) return [];
  const owner = await findOwner(plane, existing, release);
  if (owner.kind !== "other") return [];
  const message = `${existing.kind} "${existing.metadata.name}" exists and cannot be imported into the release: ${owner.problem}`;
  return [objectFinding(item, { message, reason: "AlreadyExists" })];
}
