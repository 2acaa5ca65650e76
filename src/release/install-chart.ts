import { ChartError } from "../errors/chart-error.ts";
import { ClusterError } from "../errors/cluster-error.ts";
import type { JsonObject } from "../errors/seatrial-error.ts";
import { formatFindings } from "../findings/format-finding.ts";
import { statusFindings } from "../findings/status-findings.ts";
import { HelmError } from "../helm/helm-error.ts";
import type { HelmInstallRequest, HelmRelease, HelmTemplateAnswer } from "../helm/types.ts";
import { type Hold, holdObjects } from "../sharing/holds.ts";
import { rejectInPlace } from "../sharing/in-place.ts";
import { openInstallGate } from "../sharing/install-gate.ts";
import { type NamespaceScope, openNamespace } from "../sharing/release-namespace.ts";
import { simulate } from "../simulation/simulate.ts";
import { simulateStages } from "../simulation/simulate-stages.ts";
import { HELM_TIMEOUT } from "../util/defaults.ts";
import { parseDuration } from "../util/duration.ts";
import { toChartFailure } from "./chart-failure.ts";
import { type ChartCall, openChartCall } from "./chart-request.ts";
import { type ChartObject, chartObjects } from "./dry-run/render.ts";
import { objectFinding } from "./dry-run/static-findings.ts";
import type { InstallOptions } from "./options.ts";
import { Release } from "./release.ts";
import { awaitReady } from "./wait/await-ready.ts";
import { NotReadyFailure } from "./wait/not-ready-failure.ts";

interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Installs a chart into a namespace of its own (or the one that is named) and resolves with the release. Dispose of it
 * (`await using`) to uninstall it and to remove what seatrial made for it. Rejects with a `ChartError` or a
 * `ClusterError`, findings in `details.findings`, when the chart cannot be installed; nothing of it is left then.
 *
 * The chart's `crds/` are put in place before, unless they exist. The last release that needs them removes them; those
 * that were there before stay as they are.
 */
export async function installChart(chart: string, options: InstallOptions = {}): Promise<Release> {
  return install(chart, options, { isAlone: false });
}

/** As {@link installChart}, also for a caller who knows that nobody else makes objects: see `ReadyWatchOptions.isAlone`. */
export async function install(
  chart: string,
  options: InstallOptions,
  { isAlone }: { isAlone: boolean },
): Promise<Release> {
  await using call = await openChartCall("installChart", chart, options);
  const { plane, releaseName } = call;
  const { signal, createNamespace = false, rollbackOnFailure = false } = options;
  const place = { name: options.namespace, create: createNamespace, prefix: releaseName, signal };
  const home = await openNamespace(plane, place);
  let crds: Hold | undefined;
  const simulations: Stoppable[] = [];
  let objects: ChartObject[] = [];
  try {
    const namespace = home.name;
    const rendered = await tryRender(call, namespace, options);
    const found = rendered === undefined ? [] : readObjects(rendered);
    objects = found.filter(isSound);
    crds = await holdCrds(plane, objects, chart, options);
    const timeoutMs = parseDuration(options.timeout ?? HELM_TIMEOUT, "timeout");
    const names = { namespace, releaseName };
    const { simulate: rules, stages } = options;
    const target = { namespace, controlPlane: plane };
    if (rules !== undefined) simulations.push(await simulate(target, rules));
    if (stages !== undefined) simulations.push(await simulateStages(target, stages));
    const others = objects.filter(({ role }) => role !== "crd").map(({ object }) => object);
    await rejectInPlace(plane, others, signal);
    await using _gate = await openInstallGate(plane, others, names, { timeoutMs, signal });
    // Helm would write over what is in place: another chart's, or what installCrds has put there.
    const areHeld = found.length > 0 && found.every((item) => item.role !== "crd" || isCrd(item));
    const skipCrds = options.skipCrds === true || areHeld;
    const request = toRequest(call, namespace, { ...options, skipCrds });
    request.renderDigest = rendered?.renderDigest;
    const info = await awaitReady(
      {
        ...options,
        ...names,
        plane,
        isAlone,
        step: "install",
        isInOperation: ({ status }) => status === "pending-install",
      },
      () => plane.helm.install(request, { signal }),
    );
    const release = new Release({ plane, home, crds, chart: call.request.chart, info });
    for (const { stop } of simulations) release.onDispose(stop);
    return release;
  } catch (error) {
    await Promise.allSettled(simulations.map(({ stop }) => stop()));
    const failed = failedRelease(error);
    await undo(call, home, crds, rollbackOnFailure ? undefined : failed);
    const documents = objects.map(({ object }) => object);
    throw toChartFailure(error, "install", `Installing ${chart}`, documents);
  }
}

function toRequest(call: ChartCall, namespace: string, options: InstallOptions): HelmInstallRequest {
  const { wait, waitForJobs, timeout, rollbackOnFailure, skipCrds, noHooks, takeOwnership, forceConflicts } = options;
  const { serverSide, description, disableOpenapiValidation } = options;
  const how = { wait, waitForJobs, timeout, rollbackOnFailure, skipCrds, noHooks, takeOwnership, forceConflicts };
  const labels = options.labels === undefined ? undefined : { ...options.labels };
  return {
    ...call.request,
    ...how,
    serverSide,
    description,
    disableOpenapiValidation,
    labels,
    namespace,
    releaseName: call.releaseName,
  };
}

// The objects that Helm will create, to know its CRDs and cluster-scoped names. A chart that cannot be rendered fails in
// Helm's install, with the better error.
async function tryRender(
  { plane, request, releaseName }: ChartCall,
  namespace: string,
  { signal, noHooks }: InstallOptions,
): Promise<HelmTemplateAnswer | undefined> {
  const release = { ...request, namespace, releaseName, noHooks };
  // Without the cluster's objects, templates can be rendered that look up objects of the chart's own CRDs.
  const ways = [{ forRelease: true }, { kubeVersion: plane.versions.kubernetes }];
  for (const way of ways) {
    try {
      return await plane.helm.template({ ...release, ...way }, { signal });
    } catch (error) {
      // Helm's install would take as long.
      if (!(error instanceof HelmError) || error.helmCode === "timeout") throw error;
    }
  }
  return undefined;
}

function isSound({ problem }: ChartObject): boolean {
  return problem === undefined;
}

// Helm applies whatever else is in `crds/`, too; that is left to it.
function isCrd(item: ChartObject): boolean {
  const { kind, metadata } = item.object;
  return item.role === "crd" && isSound(item) && kind === "CustomResourceDefinition" && (metadata.name ?? "") !== "";
}

function readObjects(rendered: HelmTemplateAnswer): ChartObject[] {
  try {
    return chartObjects(rendered, { withCrds: true, withHooks: true });
  } catch (error) {
    if (error instanceof ChartError) return [];
    throw error;
  }
}

async function holdCrds(
  plane: ChartCall["plane"],
  objects: readonly ChartObject[],
  chart: string,
  options: InstallOptions,
): Promise<Hold> {
  const crds = options.skipCrds === true ? [] : objects.filter(isCrd);
  const definitions = crds.map(({ object }) => object);
  const hold = await holdObjects(plane, definitions, { signal: options.signal });
  if (hold.refused.length === 0) return hold;
  await hold.release();
  const findings = hold.refused.flatMap(({ object, error }) => {
    const item = crds.find((crd) => crd.object === object);
    return item === undefined
      ? []
      : statusFindings(error.status).map((finding) => objectFinding(item, { ...finding, step: "install" }));
  });
  const message = [
    `Installing ${chart} failed: the API server refused its CustomResourceDefinitions`,
    ...formatFindings(findings),
  ];
  throw new ClusterError("SEATRIAL_REJECTED", message.join("\n"), {
    reason: findings[0]?.reason,
    causes: findings,
    details: { findings: findings as unknown as JsonObject[] },
  });
}

function failedRelease(error: unknown): HelmRelease | undefined {
  const cause = error instanceof NotReadyFailure ? (error.cause ?? error) : error;
  if (cause instanceof NotReadyFailure) return cause.sight.info;
  return cause instanceof HelmError ? cause.release : undefined;
}

// The failure is what the caller must see; what cannot be removed after it is told by whatever comes next.
async function undo(
  call: ChartCall,
  home: NamespaceScope,
  crds: Hold | undefined,
  failed: HelmRelease | undefined,
): Promise<void> {
  const { plane, releaseName } = call;
  const names = { namespace: home.name, releaseName };
  const isOurs = failed !== undefined && failed.revision === 1;
  if (isOurs) await plane.helm.uninstall({ ...names, ignoreNotFound: true, noHooks: true }).catch(() => undefined);
  await home.remove().catch(() => undefined);
  await crds?.release().catch(() => undefined);
}
