import { UsageError } from "../errors/usage-error.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { currentControlPlane } from "../plane/current.ts";
import { describe } from "../util/check-options.ts";

/** What is simulated in: a release, or a namespace, also one that a release is going to be installed in. */
export interface SimulationTarget {
  readonly namespace: string;
  /** @default the current control plane */
  readonly controlPlane?: ControlPlane | undefined;
  /** Registers a function that undoes the simulation when the target is disposed of. Releases have it. */
  onDispose?(undo: () => Promise<void>): void;
}

/** Checks the first argument of `call`. Throws `SEATRIAL_USAGE` unless it is a target. */
export function readTarget(call: string, target: SimulationTarget): { plane: ControlPlane; namespace: string } {
  const namespace: unknown = target?.namespace;
  if (typeof namespace !== "string" || namespace === "") {
    throw new UsageError(`${call}: the first argument must be a release or { namespace }, got ${describe(target)}`);
  }
  return { plane: target.controlPlane ?? currentControlPlane(), namespace };
}
