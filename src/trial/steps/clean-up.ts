import { type ObjectRef, objectKey, toObjectRef } from "../../kube/object-ref.ts";
import type { Release } from "../../release/release.ts";
import { waitForPolicies } from "../../sharing/policies-in-effect.ts";
import { runEach } from "../../util/first-error.ts";
import { removableObjects } from "../leftovers/created-objects.ts";
import { removeFinalizers, removeOutside } from "../leftovers/leftovers.ts";
import { sweep } from "../leftovers/sweep.ts";
import { toTrialError } from "../step-runner.ts";
import type { TrialError } from "../trial-result.ts";
import type { TrialState } from "./trial-state.ts";

/**
 * Removes the namespace and the objects that the releases left elsewhere, also after an interrupt: they would disturb other
 * trials, and stay on a control plane that was up before. Resolves with the error, if any. Nothing is left of an engine that
 * has exited.
 */
export async function cleanUp(state: TrialState): Promise<TrialError | undefined> {
  const { plane } = state.context;
  try {
    if (state.isInstallTried && !state.isClean) await freeObjects(state);
    await removeReleases(state);
    if (state.isInstallTried) await removeOutside(plane.kube, await removable(state));
    await state.namespace?.remove();
    await state.given?.[Symbol.asyncDispose]();
    await waitForPolicies(plane, state.given?.objects ?? []);
    if (state.isInstallTried && state.outside.isExclusive) await waitForPolicies(plane, state.outside.refs);
    return undefined;
  } catch (error) {
    const { code, message } = toTrialError(error);
    if (code === "SEATRIAL_ENGINE_EXITED") return undefined;
    return { code, message: `Cleaning up after the trial failed: ${message}` };
  } finally {
    await state.chart?.[Symbol.asyncDispose]();
    await state.previousChart?.[Symbol.asyncDispose]();
    await state.lock?.[Symbol.asyncDispose]();
  }
}

/** Disposes of all releases of the trial: also what Helm keeps, and their CustomResourceDefinitions, go. */
export async function removeReleases(state: TrialState): Promise<void> {
  const { release, formerReleases } = state;
  // After an interrupt, hooks would wait for containers here, too.
  if (release?.status === "deployed") await release.uninstall({ noHooks: true });
  const all = [...(release === undefined ? [] : [release]), ...formerReleases.splice(0)];
  state.release = undefined;
  await runEach(all.map((each: Release) => () => each[Symbol.asyncDispose]()));
}

// Objects outside the namespace that the release created.
function removable({ context, outside, before, releaseId }: TrialState): Promise<ObjectRef[]> {
  const created = outside.refs.filter((ref) => !before.has(objectKey(ref)));
  return removableObjects(context.plane, created, releaseId);
}

// A finalizer that nothing handles would keep the namespace forever; the steps have reported it by now.
async function freeObjects(state: TrialState): Promise<void> {
  const { plane } = state.context;
  const { objects } = await sweep(plane, state.releaseId);
  const own = objects.map(toObjectRef).filter((ref) => !state.before.has(objectKey(ref)));
  const isOwn = plane.capabilities.owned || state.namespace?.isNew === true;
  await removeFinalizers(plane.kube, [...(isOwn ? own : []), ...(await removable(state))]);
}
