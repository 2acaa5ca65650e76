import { ownerToken } from "../process/owner.ts";
import { trackCall } from "../util/call-group.ts";
import { applyStages, removeStages } from "./apply-stages.ts";
import { type AppliedStage, listStages } from "./list-stages.ts";
import { readStages } from "./read-stages.ts";
import { readTarget, type SimulationTarget } from "./simulation-target.ts";
import type { StageSources } from "./stage.ts";

/** Stages in effect in a namespace. */
export interface StageSimulation extends AsyncDisposable {
  /** The Stages, with the objects that they have changed and their problems. */
  stages(): Promise<AppliedStage[]>;
  /** Ends the Stages; the changes that they have made stay. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Applies kwok's Stages, which describe how objects change by themselves, to the objects of a namespace and to cluster-scoped
 * objects of its releases. Where a namespace has Stages for a kind, the control plane's Stages for this kind do not apply.
 * They end when the result is disposed of, with the release, and with the namespace. Rejects with `SEATRIAL_USAGE` for
 * invalid Stages.
 */
export function simulateStages(target: SimulationTarget, sources: StageSources): Promise<StageSimulation> {
  return trackCall(undefined, () => apply(target, sources));
}

async function apply(target: SimulationTarget, sources: StageSources): Promise<StageSimulation> {
  const { plane, namespace } = readTarget("simulateStages", target);
  const stages = await readStages("simulateStages", sources);
  const ids = await applyStages("simulateStages", plane, stages, { namespace, owner: ownerToken });
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= removeStages(plane, ids);
    return stopping;
  };
  target.onDispose?.(stop);
  return { stages: () => listStages(plane, { namespace, ids }), stop, [Symbol.asyncDispose]: stop };
}
