import { UsageError } from "../errors/usage-error.ts";
import { currentControlPlane } from "../plane/current.ts";
import { describe } from "../util/check-options.ts";
import type { SimulationTarget } from "./simulate.ts";
import { type AppliedStage, applyStages, listStages, readStages, removeStages, type StageSources } from "./stages.ts";

/** Stages in force in a namespace. */
export interface StageSimulation extends AsyncDisposable {
  /** The Stages, with the objects that they have changed and what went wrong. */
  stages(): Promise<AppliedStage[]>;
  /** From now on they change nothing; what they have changed stays. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Has kwok's Stages describe how objects of a namespace change by themselves, and cluster-wide objects of its releases. Where
 * a namespace has Stages for a kind, those of the control plane do not count for this kind. It ends when it is disposed of,
 * with the release, and with the namespace. Rejects with `SEATRIAL_USAGE` for Stages with a mistake.
 */
export async function simulateStages(target: SimulationTarget, sources: StageSources): Promise<StageSimulation> {
  const namespace: unknown = target?.namespace;
  if (typeof namespace !== "string" || namespace === "") {
    throw new UsageError(
      `simulateStages: the first argument must be a release or { namespace }, got ${describe(target)}`,
    );
  }
  const stages = await readStages("simulateStages", sources);
  const plane = target.controlPlane ?? currentControlPlane();
  const ids = await applyStages("simulateStages", plane, stages, namespace);
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= removeStages(plane, ids);
    return stopping;
  };
  target.onDispose?.(stop);
  return { stages: () => listStages(plane, { namespace, ids }), stop, [Symbol.asyncDispose]: stop };
}
