import { SeatrialError } from "../errors/seatrial-error.ts";
import { findingsOf } from "../findings/findings-of.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { installChart } from "../release/install-chart.ts";
import type { Release } from "../release/release.ts";
import { toTrialError } from "../trial/step-runner.ts";
import { throwIfAborted } from "../util/race.ts";
import { compareStored } from "./compare-stored.ts";
import { type CaseToCompare, hasEngineEnded } from "./diff-case.ts";
import type { CaseDiff, StoredDiff } from "./diff-result.ts";
import type { ChartVersion } from "./render-version.ts";

/** Adds to a case what an API server makes of the upgrade. */
export type StoredDiffer = (item: CaseToCompare, rendered: CaseDiff) => Promise<CaseDiff>;

const nothing: StoredDiff = { objects: [], refused: [], hooks: [] };

/**
 * Installs the previous version on the control plane, without its hooks and without waiting, and tries the upgrade as a dry run.
 * Everything is removed again.
 */
export function makeStoredDiffer(plane: ControlPlane, { timeout }: { timeout: string }): StoredDiffer {
  return async (item, rendered) => {
    const { before, renderer } = item;
    if (before === undefined || rendered.verdict === "errored" || rendered.verdict === "skipped") return rendered;
    // The same text on both sides.
    if (rendered.verdict === "same" && rendered.random.length === 0) return { ...rendered, stored: nothing };
    try {
      await using release = await installPrevious(plane, item, before, timeout);
      const stored = await compareStored(plane, { item, release, random: rendered.random, timeout });
      const differs = stored.objects.length > 0 || stored.refused.length > 0;
      return { ...rendered, stored, verdict: differs ? "differs" : rendered.verdict };
    } catch (error) {
      throwIfAborted(renderer.signal);
      if (hasEngineEnded(error)) throw error;
      return { ...rendered, verdict: "errored", error: toTrialError(error) };
    }
  };
}

async function installPrevious(
  plane: ControlPlane,
  { plan, inputs, renderer }: CaseToCompare,
  { path, values, label }: ChartVersion,
  timeout: string,
): Promise<Release> {
  const { set, setString, releaseName } = inputs;
  const named = inputs.hasNamespace ? { namespace: inputs.namespace, createNamespace: true } : {};
  const options = { ...named, releaseName, values: [...values], set, setString, timeout, signal: renderer.signal };
  try {
    return await installChart(path, { ...options, controlPlane: plane, noHooks: true });
  } catch (error) {
    if (!(error instanceof SeatrialError) || findingsOf(error) === undefined) throw error;
    const what = `The upgrade of ${plan.chart.name} was not tried: ${label} cannot be installed`;
    throw new SeatrialError("SEATRIAL_NOT_CHECKED", `${what}\n  ${error.message.replaceAll("\n", "\n  ")}`, {
      hint: "compare with a version that can be installed, or leave out --server",
      cause: error,
    });
  }
}
