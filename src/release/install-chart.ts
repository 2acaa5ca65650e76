import { ChartError } from "../errors/chart-error.ts";
import { type ChartObject, chartObjects } from "../findings/chart-objects.ts";
import { HelmError } from "../helm/helm-error.ts";
import type { HelmInstallRequest, HelmRelease, HelmTemplateAnswer } from "../helm/types.ts";
import { ownerLabels } from "../kube/test-namespace.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { requireCapability } from "../plane/require-capability.ts";
import { freeReleaseName } from "../sharing/abandoned.ts";
import { openAddressGate } from "../sharing/locks/address-gate.ts";
import { openInstallGate } from "../sharing/locks/install-gate.ts";
import { explainLock } from "../sharing/locks/release-lock.ts";
import { type OpenDeployer, openDeployer } from "../sharing/open-deployer.ts";
import { rejectHeldObjects } from "../sharing/reject-held-objects.ts";
import { openReleaseNamespace, type ReleaseNamespace } from "../sharing/release-namespace.ts";
import { simulate } from "../simulation/simulate.ts";
import { simulateStages } from "../simulation/simulate-stages.ts";
import { trackCall, withSignal } from "../util/call-group.ts";
import { HELM_TIMEOUT } from "../util/defaults.ts";
import { parseDuration } from "../util/duration.ts";
import { firstError } from "../util/first-error.ts";
import { throwIfAborted } from "../util/race.ts";
import { toChartFailure } from "./chart-failure.ts";
import { type ChartCall, openChartCall } from "./chart-request.ts";
import type { OptionsFor } from "./chart-values.ts";
import { rejectMissingRights } from "./deployer/reject-missing-rights.ts";
import { type CrdsDirectory, holdCrdsDirectory } from "./hold-crds-directory.ts";
import { pickHelmOptions } from "./option-checks.ts";
import type { InstallOptions } from "./options.ts";
import { Release } from "./release.ts";
import { rememberDeployment } from "./revision/remembered-deployment.ts";
import { awaitReady } from "./wait/await-ready.ts";
import { NotReadyFailure } from "./wait/not-ready-failure.ts";
import { waitForOwnPolicies } from "./wait/own-policies.ts";

interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Installs a chart into a namespace of its own, or into the given one, and resolves with the release. Dispose of the
 * release (`await using`) to uninstall it and to remove what seatrial created for it. Rejects with a `ChartError` or a
 * `ClusterError`, both with `findings`, when the chart cannot be installed; nothing of it is left then.
 *
 * The CustomResourceDefinitions of `crds/` are created before, unless they exist. The last release that needs them removes
 * them; CustomResourceDefinitions that existed before stay as they are.
 */
export function installChart<const Path extends string>(
  chart: Path,
  options?: OptionsFor<Path, InstallOptions>,
): Promise<Release> {
  const given: InstallOptions = options ?? {};
  return trackCall(given.signal, (signal) => install(chart, withSignal(given, signal), { isAlone: false }));
}

/** As {@link installChart}, also for a caller who knows that nothing else creates objects: see `ReadyWatchOptions.isAlone`. */
export async function install(
  chart: string,
  options: InstallOptions,
  { isAlone }: { isAlone: boolean },
): Promise<Release> {
  const startedAt = performance.now();
  await using call = await openChartCall("installChart", chart, options);
  const { releaseName } = call;
  requireCapability(call.plane, "installs", "installChart");
  const { signal, createNamespace = false, rollbackOnFailure = false } = options;
  const wanted = { name: options.namespace, create: createNamespace, prefix: releaseName, signal };
  const ownNamespace = await openReleaseNamespace(call.plane, wanted);
  const namespace = ownNamespace.name;
  let directory: CrdsDirectory | undefined;
  let deployer: OpenDeployer | undefined;
  const simulations: Stoppable[] = [];
  let objects: ChartObject[] = [];
  let installed: HelmRelease | undefined;
  try {
    if (options.as !== undefined) deployer = await openDeployer(call.plane, options.as, namespace, signal);
    const plane = deployer?.plane ?? call.plane;
    const rendered = await tryRender(call, plane, namespace, options);
    const found = rendered === undefined ? [] : readObjects(rendered);
    objects = found.filter(isSound);
    const ofCrds = options.skipCrds === true ? [] : found;
    const timeoutMs = parseDuration(options.timeout ?? HELM_TIMEOUT, "timeout");
    const holdTimeoutMs = options.timeout === undefined ? undefined : timeoutMs;
    directory = await holdCrdsDirectory(plane, ofCrds, { namespace, chart, signal, timeoutMs: holdTimeoutMs });
    const names = { namespace, releaseName };
    if (deployer !== undefined) {
      const own = options.skipCrds === true ? objects.filter(({ role }) => role !== "crd") : objects;
      await rejectMissingRights(call.plane, deployer, own, { ...names, chart, signal });
    }
    if (!ownNamespace.isNew) await freeReleaseName(call.plane, names, signal);
    const { simulate: rules, stages } = options;
    const target = { namespace, controlPlane: plane };
    if (rules !== undefined) simulations.push(await simulate(target, rules));
    if (stages !== undefined) simulations.push(await simulateStages(target, stages));
    const others = objects.filter(({ role }) => role !== "crd").map(({ object }) => object);
    await rejectHeldObjects(plane, others, signal);
    await using _names = await openInstallGate(plane, others, names, { timeoutMs, signal });
    await using _addresses = await openAddressGate(plane, others, { timeoutMs, signal });
    // Helm would overwrite the CRDs that exist: those of another chart, or of installCrds.
    const skipCrds = options.skipCrds === true || (found.length > 0 && directory.isComplete);
    const request: HelmInstallRequest = {
      ...call.request,
      ...names,
      ...pickHelmOptions("installChart", options),
      labels: { ...options.labels, ...ownerLabels },
      skipCrds,
    };
    request.renderDigest = rendered?.renderDigest;
    installed = await awaitReady(
      {
        ...options,
        ...names,
        plane,
        isAlone,
        step: "install",
        isInOperation: ({ status }) => status === "pending-install",
      },
      (connection) => call.rendering(plane.helm.install(request, { signal: connection })),
    );
    await waitForOwnPolicies(call.plane, [installed], signal);
    throwIfAborted(signal);
    const release = new Release({
      ...directory,
      plane,
      isAlone,
      namespace: ownNamespace,
      chart: call.request.chart,
      info: installed,
    });
    if (deployer !== undefined) release.onDispose(deployer.remove);
    for (const { stop } of simulations) release.onDispose(stop);
    rememberDeployment(release, call.request.chart, options);
    return release;
  } catch (thrown) {
    const error = firstError(thrown);
    await Promise.allSettled(simulations.map(({ stop }) => stop()));
    const failed = failedRelease(error) ?? installed;
    await deployer?.remove().catch(() => undefined);
    await undo(call, ownNamespace, directory, rollbackOnFailure ? undefined : failed);
    const documents = objects.map(({ object }) => object);
    const what = `Installing ${chart} as release ${releaseName}`;
    const waitedMs = performance.now() - startedAt;
    const explained = await explainLock(call.plane, { namespace, name: releaseName }, what, error);
    throw toChartFailure(explained, "install", what, documents, {
      waitedMs,
      ownNamespace: ownNamespace.isNew ? namespace : undefined,
    });
  }
}

// Renders what Helm will create, to know its CRDs and cluster-scoped names. A chart that cannot be rendered fails again in
// Helm's install, with the better error.
async function tryRender(
  { request, releaseName, rendering }: ChartCall,
  plane: ControlPlane,
  namespace: string,
  { signal, noHooks }: InstallOptions,
): Promise<HelmTemplateAnswer | undefined> {
  const release = { ...request, namespace, releaseName, noHooks };
  // Templates that look up objects of the chart's own CRDs can be rendered only without the cluster's objects.
  const ways = [{ forRelease: true }, { kubeVersion: plane.versions.kubernetes }];
  for (const way of ways) {
    try {
      return await rendering(plane.helm.template({ ...release, ...way }, { signal }));
    } catch (error) {
      // Rendered again by Helm, the chart would run out of time again.
      if (!(error instanceof HelmError) || error.helmCode === "timeout") throw error;
    }
  }
  return undefined;
}

function isSound({ problem }: ChartObject): boolean {
  return problem === undefined;
}

function readObjects(rendered: HelmTemplateAnswer): ChartObject[] {
  try {
    return chartObjects(rendered, { withCrds: true, withHooks: true });
  } catch (error) {
    if (error instanceof ChartError) return [];
    throw error;
  }
}

function failedRelease(error: unknown): HelmRelease | undefined {
  const cause = error instanceof NotReadyFailure ? (error.cause ?? error) : error;
  if (cause instanceof NotReadyFailure) return cause.observation.info;
  return cause instanceof HelmError ? cause.release : undefined;
}

// The caller must see the failure. What cannot be removed after it makes the next call fail.
async function undo(
  call: ChartCall,
  namespace: ReleaseNamespace,
  directory: CrdsDirectory | undefined,
  failed: HelmRelease | undefined,
): Promise<void> {
  const { plane, releaseName } = call;
  const names = { namespace: namespace.name, releaseName };
  const isOurs = failed !== undefined && failed.revision === 1;
  if (isOurs) await plane.helm.uninstall({ ...names, ignoreNotFound: true, noHooks: true }).catch(() => undefined);
  for (const owned of [directory?.others, namespace, directory?.crds]) await owned?.remove().catch(() => undefined);
}
