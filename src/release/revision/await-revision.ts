import type { HelmRelease } from "../../helm/types.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import type { FailedOperation } from "../chart-failure.ts";
import type { UpgradeOptions } from "../options.ts";
import { awaitReady } from "../wait/await-ready.ts";
import { waitForOwnPolicies } from "../wait/own-policies.ts";

/** A release that one of Helm's verbs is about to change. */
export interface ChangedRelease {
  plane: ControlPlane;
  /** See `ReadyWatchOptions.isAlone`. */
  isAlone: boolean;
  /** The last revision. */
  info: HelmRelease;
  operation: FailedOperation;
}

/** Runs a verb that makes the next revision, and resolves with it once its objects are ready, as far as `wait` demands. */
export async function awaitRevision(
  { plane, isAlone, info }: ChangedRelease,
  step: "upgrade" | "rollback",
  options: Pick<UpgradeOptions, "wait" | "waitForJobs" | "noHooks" | "timeout" | "signal">,
  run: (signal: AbortSignal) => Promise<HelmRelease>,
): Promise<HelmRelease> {
  const next = info.revision + 1;
  const isInOperation = ({ revision, status }: HelmRelease) => revision === next && status === `pending-${step}`;
  const names = { plane, isAlone, namespace: info.namespace, releaseName: info.name };
  const revised = await awaitReady({ ...options, ...names, step, isInOperation }, run);
  await waitForOwnPolicies(plane, [info, revised], options.signal);
  return revised;
}
