import type { Finding } from "../errors/finding.ts";
import { SeatrialError } from "../errors/seatrial-error.ts";
import { TimeoutError } from "../errors/timeout-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import { type ChartObject, chartObjects } from "../findings/chart-objects.ts";
import { errorFindings } from "../findings/finding.ts";
import { warningFindings } from "../findings/helm-findings.ts";
import { maskFindings } from "../findings/mask-findings.ts";
import { type KubeObject, objectKey, toObjectRef } from "../kube/object-ref.ts";
import { withDeployer } from "../plane/with-deployer.ts";
import { admissionRules } from "../rbac/admission-rules.ts";
import { roleFindings } from "../rbac/role-findings.ts";
import { openAddressGate } from "../sharing/locks/address-gate.ts";
import { rejectLocked } from "../sharing/locks/release-lock.ts";
import { openDeployer } from "../sharing/open-deployer.ts";
import { rejectHeldObjects } from "../sharing/reject-held-objects.ts";
import { openReleaseNamespace } from "../sharing/release-namespace.ts";
import { trackCall, withSignal } from "../util/call-group.ts";
import { describe } from "../util/check-options.ts";
import { parseDuration } from "../util/duration.ts";
import { firstError } from "../util/first-error.ts";
import { mapLimit } from "../util/map-limit.ts";
import { orChartFailure, toChartFailure } from "./chart-failure.ts";
import { type ChartCall, openChartCall } from "./chart-request.ts";
import type { OptionsFor } from "./chart-values.ts";
import { missingRights } from "./deployer/missing-rights.ts";
import { withoutOwnRoles } from "./deployer/without-own-roles.ts";
import { explainUpgrade, readInstalledRevision } from "./dry-run/installed-revision.ts";
import { isInstalled } from "./dry-run/is-installed.ts";
import { applyPrerequisites } from "./dry-run/prerequisites.ts";
import { prunedObjects } from "./dry-run/pruned-objects.ts";
import { referenceFindings } from "./dry-run/reference-findings.ts";
import { staticFindings, staticWarnings } from "./dry-run/static-findings.ts";
import { type SubmitOptions, submitObject } from "./dry-run/submit.ts";
import { withOwner } from "./dry-run/with-owner.ts";
import { objectsByKind } from "./objects-by-kind.ts";
import type { DryRunOptions, InstalledRelease } from "./options.ts";
import type { DryRunResult } from "./results.ts";

const TIMEOUT = "1m0s";
const CONCURRENCY = 16;

/**
 * Asks the API server whether it would accept every object of the chart, its hooks and its CRDs: one request for each,
 * as Helm sends it, with `dryRun=All` and strict validation. A refused chart is a result with all errors. What is created
 * for the dry run (a namespace, the chart's CRDs and Namespaces) is gone when it resolves: the store is as before.
 * When a release of the name exists in `namespace`, the upgrade is tried instead. Rejects with a `ChartError` when the
 * chart cannot be rendered, with `SEATRIAL_TIMEOUT` or `SEATRIAL_CANCELLED`, and when the chart could not be checked.
 */
export function dryRunChart<const Path extends string>(
  chart: Path,
  options?: OptionsFor<Path, DryRunOptions>,
): Promise<DryRunResult> {
  const given: DryRunOptions = options ?? {};
  return trackCall(given.signal, (signal) => tryChart(chart, withSignal(given, signal)));
}

async function tryChart(chart: string, given: DryRunOptions): Promise<DryRunResult> {
  const startedAt = performance.now();
  const options = namedByUpgrade(given);
  await using call = await openChartCall("dryRunChart", chart, options);
  const timeout = AbortSignal.timeout(parseTimeout(options));
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  try {
    const result = await run(call, chart, options, signal);
    return { ...result, durationMs: Math.round(performance.now() - startedAt) };
  } catch (thrown) {
    const error = firstError(thrown);
    const isCancelled = error instanceof SeatrialError && error.code === "SEATRIAL_CANCELLED";
    if (isCancelled && options.signal?.aborted) {
      throw toChartFailure(error, "dry-run", `The dry run of ${chart}`, [], {
        waitedMs: performance.now() - startedAt,
      });
    }
    if (!isCancelled || !timeout.aborted) throw error;
    throw new TimeoutError({
      waitedMs: performance.now() - startedAt,
      waitingFor: `the dry run of ${chart}`,
      cause: error,
    });
  }
}

// The release to upgrade names what the other helpers are given as options.
function namedByUpgrade(options: DryRunOptions): DryRunOptions {
  const { upgrade } = options ?? {};
  if (upgrade === undefined) return options;
  const { name: releaseName, namespace, controlPlane } = (upgrade ?? {}) as Partial<InstalledRelease>;
  if (releaseName === undefined || namespace === undefined || controlPlane === undefined)
    throw new UsageError(`dryRunChart: option "upgrade" must be a release, got ${describe(upgrade)}`);
  const excluded = (["namespace", "releaseName", "controlPlane"] as const).find((name) => options[name] !== undefined);
  if (excluded !== undefined) throw new UsageError(`dryRunChart: option "upgrade" excludes "${excluded}"`);
  return { ...options, releaseName, namespace, controlPlane };
}

function parseTimeout({ timeout }: DryRunOptions): number {
  return parseDuration(timeout ?? TIMEOUT, "timeout");
}

async function run(
  call: ChartCall,
  chart: string,
  options: DryRunOptions,
  signal: AbortSignal,
): Promise<Omit<DryRunResult, "durationMs">> {
  const { releaseName } = call;
  const wanted = { name: options.namespace, create: true, prefix: releaseName, signal };
  await using ownNamespace = await openReleaseNamespace(call.plane, wanted);
  const namespace = ownNamespace.name;
  const as = options.as ?? call.plane.helm.deployer;
  await using deployer = as === undefined ? undefined : await openDeployer(call.plane, as, namespace, signal);
  const plane = deployer?.plane ?? call.plane;
  const admin = withDeployer(plane, undefined);
  const release = { namespace, releaseName };
  const isUpgrade = !ownNamespace.isNew && (await isInstalled(admin, release, signal));
  if (options.upgrade !== undefined && !isUpgrade)
    throw new UsageError(`dryRunChart: option "upgrade": release ${releaseName} is not installed`);
  if (options.upgrade !== undefined) await rejectLocked(admin, release, `The dry run of an upgrade to ${chart}`);
  const installed = isUpgrade
    ? await readInstalledRevision(admin, release, signal)
    : { refs: [], keys: new Set<string>() };
  const request = { ...call.request, ...release, isUpgrade, forRelease: true };

  const what = { withCrds: !isUpgrade && options.skipCrds !== true, withHooks: options.noHooks !== true };
  const render = () =>
    orChartFailure(call.rendering(plane.helm.template(request, { signal })), "template", `Rendering ${chart}`);
  let answer = await render();
  // Helm creates the objects of crds/ before it renders, so that templates can see their kinds.
  const crds = chartObjects(answer, { withCrds: what.withCrds, withHooks: false }).filter(({ role }) => role === "crd");
  await using crdPrerequisites = await applyPrerequisites(plane, crds, { namespace, signal });
  if (crds.length > 0) answer = await render();
  const objects = chartObjects(answer, what);
  const others = objects.filter(({ role }) => role !== "crd");
  // An upgrade creates only what the last revision does not have.
  const isNew = ({ object }: ChartObject) => !installed.keys.has(keyOf(object, namespace));
  const created = others.filter((item) => !isUpgrade || isNew(item)).map(({ object }) => object);
  await rejectHeldObjects(plane, created, signal);
  // Another trial's Service with the same address would make the API server refuse this chart's.
  const services = created.filter(({ kind }) => kind === "Service");
  await using _addresses = await openAddressGate(plane, services, { timeoutMs: parseTimeout(options), signal });
  await using prerequisites = await applyPrerequisites(plane, others, { namespace, signal });

  const findings = [...staticFindings(objects, namespace), ...crdPrerequisites.findings, ...prerequisites.findings];
  const refusedKinds = new Set([...crdPrerequisites.refusedKinds, ...prerequisites.refusedKinds]);
  const sendable = objects.filter(
    ({ problem, object }) => problem === undefined && object.metadata.name !== undefined && object.metadata.name !== "",
  );
  const checked = sendable.filter(({ object }) => !refusedKinds.has(`${object.apiVersion} ${object.kind}`));
  const { major } = plane.helm;
  const { kubernetes } = plane.versions;
  const how: SubmitOptions = { ...release, forceConflicts: options.forceConflicts === true, major, kubernetes, signal };
  const rights =
    deployer === undefined ? undefined : await missingRights(plane, deployer, sendable, { ...release, signal });
  findings.push(...(rights?.findings ?? []));
  const answers = await mapLimit(checked, CONCURRENCY, async (item) => {
    const kube = rights?.refused.has(item) === false ? deployer?.kube : undefined;
    const submitted = withoutOwnRoles(await submitObject(kube ?? plane.kube, item, how), objects);
    return isUpgrade && !isNew(item) ? submitted : withOwner(plane, submitted, release);
  });
  const manifest = others.filter(({ role }) => role === "manifest");
  const kept = new Set(manifest.map(({ object }) => keyOf(object, namespace)));
  const gone = installed.refs.filter((ref) => !kept.has(objectKey(ref, namespace)));
  const pruned = await prunedObjects(plane, gone, signal);
  findings.push(...answers.flatMap((submitted) => submitted.findings), ...pruned.findings);
  const rendered = { answer, objects, namespace, withHooks: what.withHooks, refusals: [...findings], signal };
  const served = await plane.kube.discovery.all(signal);
  const rules = [...roleFindings(objects, served), ...admissionRules(objects, served)];
  const judged = [...rules, ...(await referenceFindings(call, rendered))];
  findings.push(...errorFindings(judged));
  const explained = await explainUpgrade(admin, findings, { chart: call.request.chart, installed, answer });
  const secrets = [...objects.map(({ object }) => object), ...explained.secrets];
  const mask = (list: readonly Finding[]) => maskFindings(list, secrets);
  const accepted = answers.flatMap(({ object, findings: refusals }) =>
    object === undefined || refusals.length > 0 ? [] : [object],
  );
  return {
    ...objectsByKind(accepted, `The dry run of chart ${answer.chart.name}, without rejected objects,`),
    accepted: findings.length === 0,
    findings: mask(explained.findings),
    warnings: mask([
      ...warningFindings(answer.warnings, "template"),
      ...staticWarnings(objects),
      ...judged.filter(({ severity }) => severity === "warning"),
      ...answers.flatMap(({ warnings }) => warnings),
    ]),
    objects: accepted,
    pruned: pruned.objects,
    rejected: new Set(findings.map(({ object, template }) => JSON.stringify([object, template]))).size,
    submitted: answers.length,
    refs: objects.filter(({ problem }) => problem === undefined).map(({ object }) => toObjectRef(object)),
    chart: answer.chart,
    operation: isUpgrade ? "upgrade" : "install",
    namespace,
    releaseName,
  };
}

// Objects outside of namespaces get the namespace, too, in both revisions.
function keyOf(object: KubeObject, namespace: string): string {
  return objectKey(toObjectRef(object), namespace);
}
