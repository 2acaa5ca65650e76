import type { HelmRelease } from "../../helm/types.ts";
import { withHelm } from "../../plane/with-helm.ts";
import { explainLock } from "../../sharing/locks/release-lock.ts";
import { orChartFailure } from "../chart-failure.ts";
import { checkCallOptions } from "../option-checks.ts";
import type { RollbackOptions } from "../options.ts";
import { awaitRevision, type ChangedRelease } from "./await-revision.ts";

/** Helm's rollback to a revision; 0 is the previous one. */
export async function rollbackRelease(
  release: ChangedRelease,
  revision: number,
  options: RollbackOptions,
): Promise<HelmRelease> {
  checkCallOptions("release.rollback", options);
  const { info, operation } = release;
  const { signal: _signal, helm, ...how } = options;
  const plane = await withHelm(release.plane, helm);
  const request = { ...how, revision, namespace: info.namespace, releaseName: info.name };
  const what = `Rolling back release ${info.name}`;
  const run = (signal: AbortSignal) => plane.helm.rollback(request, { signal });
  const rollback = awaitRevision({ ...release, plane }, "rollback", options, run).catch(async (error: unknown) => {
    throw await explainLock(plane, info, what, error);
  });
  return orChartFailure(rollback, "rollback", what, operation);
}
