import { type ToError, toEngineError } from "../engine/engine-client.ts";
import { UsageError } from "../errors/usage-error.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { requireCapability } from "../plane/require-capability.ts";
import { ownerToken } from "../process/owner.ts";
import type { WireStage } from "./stage.ts";

/** What Stages apply to, and for how long. */
export interface StageTarget {
  /** @default the whole control plane */
  namespace?: string | undefined;
  /** Marks the process that removes them at its end: when it is killed, the next run does. @default they stay */
  owner?: string | undefined;
}

/**
 * Applies Stages in a namespace, or in the whole control plane, and resolves with their ids. Rejects with `SEATRIAL_USAGE` when
 * a Stage is invalid; the message names its file, name and field, and no Stage is in effect then.
 */
export async function applyStages(
  call: string,
  plane: ControlPlane,
  stages: readonly WireStage[],
  target: StageTarget = {},
): Promise<string[]> {
  requireCapability(plane, "simulates", call);
  const path = "simulation/stages/apply";
  const toError: ToError = (statusCode, answer) => {
    const { code, message } = (answer.error ?? {}) as { code?: string; message?: string };
    if (code !== "request" || message === undefined) return toEngineError(path, statusCode, answer);
    const problems = message.split("\n").map((line) => `  ${line}`);
    const count = stages.length === 1 ? "the Stage" : `${stages.length} Stages`;
    return new UsageError([`${call}: ${count} cannot be used`, ...problems].join("\n"));
  };
  return (await plane.engine.ask<{ ids: string[] }>(path, { ...target, stages }, { toError })).ids;
}

/** Ends Stages. */
export async function removeStages(plane: Pick<ControlPlane, "engine">, ids: readonly string[]): Promise<void> {
  await plane.engine.ask("simulation/stages/remove", { ids });
}

/** Applies Stages in the whole control plane, and ends them when the result is disposed of. */
export async function applyDisposableStages(
  call: string,
  plane: ControlPlane,
  stages: readonly WireStage[],
): Promise<AsyncDisposable> {
  const ids = await applyStages(call, plane, stages, { owner: ownerToken });
  // The Stages of an engine that has ended are gone, and its end is reported elsewhere.
  return { [Symbol.asyncDispose]: () => removeStages(plane, ids).catch(() => undefined) };
}
