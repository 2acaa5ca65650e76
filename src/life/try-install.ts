import { readChartName, toReleaseName } from "../chart/chart.ts";
import { readCrds } from "../findings/chart-objects.ts";
import type { Finding } from "../findings/finding.ts";
import { findingsOf } from "../findings/findings-of.ts";
import type { HelmRelease } from "../helm/types.ts";
import { type KubeObject, objectKey, toObjectRef } from "../kube/object-ref.ts";
import { uniqueName } from "../kube/test-namespace.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { currentControlPlane } from "../plane/current.ts";
import { install } from "../release/install-chart.ts";
import { objectsByKind } from "../release/objects-by-kind.ts";
import { checkCallOptions } from "../release/option-checks.ts";
import type { InstallOptions } from "../release/options.ts";
import type { Release } from "../release/release.ts";
import type { DryRunResult, TemplateResult } from "../release/results.ts";
import { renderChart } from "../release/template-chart.ts";
import { findClusterNames } from "../sharing/cluster-names.ts";
import { lockTrial } from "../sharing/locks/trial-locks.ts";
import { removeFinalizers } from "../trial/leftovers/leftovers.ts";
import { sweep } from "../trial/leftovers/sweep.ts";
import { openTrialNamespace } from "../trial/trial-namespace.ts";
import { trackCall, withSignal } from "../util/call-group.ts";
import { runEach } from "../util/first-error.ts";
import { CreatedOutside } from "./created-outside.ts";

/** What `tryInstall` resolves with: as of `dryRunChart`, but the objects were really stored, and ready. */
export interface TryInstallResult extends DryRunResult {
  operation: "install";
  /** Helm's description of the release, such as `Install complete`, or of its failure. */
  description: string;
  notes: string;
}

/**
 * Installs a chart, waits for its hooks and until its objects are ready, reads them, and puts everything back: also the objects of
 * `crds/`, hooks, and what Helm keeps. A chart that cannot be installed is a result with all errors. Takes the options of
 * `installChart`; `wait` and `waitForJobs` are `true` unless they are given. Rejects with a `ChartError` when the chart cannot be
 * rendered, and when the chart could not be checked.
 */
export function tryInstall(chart: string, options: InstallOptions = {}): Promise<TryInstallResult> {
  return trackCall(options?.signal, (signal) => installAndRemove(chart, withSignal(options, signal)));
}

async function installAndRemove(chart: string, options: InstallOptions): Promise<TryInstallResult> {
  const startedAt = performance.now();
  checkCallOptions("installChart", options);
  const plane = options.controlPlane ?? currentControlPlane();
  const { signal } = options;
  const releaseName = options.releaseName ?? toReleaseName(await readChartName(chart));
  const { namespace: wanted } = options;
  const namespaceName = typeof wanted === "string" ? wanted : uniqueName(releaseName);
  const template = await render(plane, chart, { ...options, namespace: namespaceName, releaseName });
  const { refs, keys, pools } = await findClusterNames(template, plane.kube, signal);
  await using _lock = await lockTrial(plane, { keys, pools, isExclusive: false }, signal);
  const { labels, podSecurity } = typeof wanted === "string" ? {} : (wanted ?? {});
  const namespace = await openTrialNamespace(plane, namespaceName, { given: [], labels, podSecurity }, signal);
  const crds = new Set(readCrds(template).map(({ object }) => objectKey(toObjectRef(object))));
  const outside = new CreatedOutside(
    plane,
    refs.filter((ref) => !crds.has(objectKey(ref))),
  );
  let tried: Tried;
  try {
    await outside.begin(signal);
    tried = await tryRelease(chart, withWait(plane, { ...options, namespace: namespaceName, releaseName }), outside);
  } finally {
    const id = { namespace: namespaceName, releaseName };
    await runEach([
      () => outside.remove(id),
      async () => {
        if (namespace.isNew) await free(plane, (await sweep(plane, id)).objects);
      },
      () => namespace.remove(),
    ]);
  }
  const { objects, findings, info } = tried;
  return {
    ...objectsByKind(objects, `The tried installation of chart ${template.chart.name}`),
    accepted: findings.length === 0,
    findings,
    warnings: template.warnings,
    objects,
    pruned: [],
    rejected: new Set(findings.map(({ object, template: file }) => JSON.stringify([object, file]))).size,
    submitted: template.documents.length,
    refs: template.documents.map(toObjectRef),
    chart: template.chart,
    operation: "install",
    description: info?.description ?? "",
    notes: info?.notes ?? "",
    namespace: namespaceName,
    releaseName,
    durationMs: Math.round(performance.now() - startedAt),
  };
}

interface Tried {
  objects: KubeObject[];
  findings: Finding[];
  info: HelmRelease | undefined;
}

// Hooks are waited for in any case.
function withWait(plane: ControlPlane, options: InstallOptions): InstallOptions {
  const hasPods = plane.capabilities.pods !== "none";
  const { createNamespace: _create, ...same } = options;
  return { wait: hasPods, waitForJobs: hasPods, ...same, controlPlane: plane };
}

async function tryRelease(chart: string, options: InstallOptions, outside: CreatedOutside): Promise<Tried> {
  let release: Release;
  try {
    release = await install(chart, options, { isAlone: false });
  } catch (error) {
    const findings = findingsOf(error);
    await outside.observe();
    if (findings === undefined) throw error;
    return { objects: [], findings: [...findings], info: undefined };
  }
  const objects: KubeObject[] = [];
  try {
    await outside.observe();
    objects.push(...(await release.objects()));
    return { objects, findings: [], info: release.info };
  } finally {
    await free(release.controlPlane, objects);
    await release[Symbol.asyncDispose]();
  }
}

// Finalizers of operators that do not run here would keep the objects forever.
async function free({ kube, capabilities }: ControlPlane, objects: readonly KubeObject[]): Promise<void> {
  const isForeign = (finalizer: string) =>
    !/(^|\.)kubernetes\.io\/|^(foregroundDeletion|orphan|kubernetes)$/.test(finalizer);
  const stuck = objects.filter(({ metadata }) => metadata.finalizers?.some(isForeign) === true);
  if (capabilities.owned) await removeFinalizers(kube, stuck.map(toObjectRef));
}

// As Helm's installation renders it, so that names and lookups are the same, as far as they are not random.
async function render(
  plane: ControlPlane,
  chart: string,
  options: InstallOptions & { namespace: string },
): Promise<TemplateResult> {
  const { values, set, setString, setJson, setFile, setLiteral, skipSchemaValidation, renderTimeout } = options;
  const { noHooks, namespace, releaseName, dependencyUpdate, postRenderer, signal, skipCrds } = options;
  const inputs = { values, set, setString, setJson, setFile, setLiteral, skipSchemaValidation, renderTimeout };
  const names = { namespace, releaseName, dependencyUpdate, postRenderer, noHooks };
  const cluster = { kubeVersion: plane.versions.kubernetes, controlPlane: plane, signal };
  const { result } = await renderChart(chart, { ...inputs, ...names, ...cluster, includeCrds: skipCrds !== true });
  return result;
}
