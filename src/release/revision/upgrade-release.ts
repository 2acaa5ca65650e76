import type { HelmRelease } from "../../helm/types.ts";
import { ownerLabels } from "../../kube/test-namespace.ts";
import { withHelm } from "../../plane/with-helm.ts";
import { explainLock } from "../../sharing/locks/release-lock.ts";
import { orChartFailure } from "../chart-failure.ts";
import { openChartCall } from "../chart-request.ts";
import { explainOldCrdsIn } from "../old-crds.ts";
import { checkCallOptions, pickChartInputs, pickHelmOptions } from "../option-checks.ts";
import type { UpgradeOptions } from "../options.ts";
import { awaitRevision, type ChangedRelease } from "./await-revision.ts";
import { requestUpgrade } from "./request-upgrade.ts";

/** Helm's upgrade to the chart at a path; `what` begins the message of a failure. */
export async function upgradeRelease(
  release: ChangedRelease,
  path: string,
  options: UpgradeOptions,
  what: string,
): Promise<HelmRelease> {
  checkCallOptions("release.upgrade", options);
  const { info, operation } = release;
  const plane = await withHelm(release.plane, options.helm);
  const { dependencyUpdate, postRenderer } = options;
  const names = { releaseName: info.name, controlPlane: plane };
  const inputs = { ...pickChartInputs(options), dependencyUpdate, postRenderer, ...names };
  await using call = await openChartCall("installChart", path, inputs);
  const labels = { ...options.labels, ...ownerLabels };
  const rendering = { ...call.request, namespace: info.namespace, releaseName: info.name };
  const request = { ...rendering, ...pickHelmOptions("release.upgrade", options), labels };
  const run = (signal: AbortSignal) => call.rendering(requestUpgrade(plane, rendering, request, signal));
  const upgrade = awaitRevision({ ...release, plane }, "upgrade", options, run).catch(async (error: unknown) => {
    await explainOldCrdsIn(error, plane, rendering);
    throw await explainLock(plane, info, what, error);
  });
  return await orChartFailure(upgrade, "upgrade", what, operation);
}
