import type { BuildProgress } from "../engine/binary/engine-location.ts";
import { checkSimulationOptions, type SimulationOptions } from "../simulation/simulation-options.ts";
import { checkOptions } from "../util/check-options.ts";
import { START_TIMEOUT_MS } from "../util/defaults.ts";
import { parseDuration } from "../util/duration.ts";

/** Options of {@link startControlPlane}. */
export interface ControlPlaneOptions {
  /** The engine's executable file. @default found as docs/control-plane.md describes, else built · `SEATRIAL_ENGINE` */
  enginePath?: string | undefined;
  /** How long the engine may take to be ready, such as `30s`, without the time of a build. @default "1m0s" */
  startTimeout?: string | undefined;
  /** The file that takes the engine's log. @default its last lines are kept in memory */
  logFile?: string | undefined;
  /** Which nodes are simulated, and how fast. @default three nodes */
  simulation?: SimulationOptions | undefined;
  /** Called when a part of the control plane is up, with the milliseconds since the engine's start. */
  onStep?: ((step: { name: string; elapsedMs: number }) => void) | undefined;
  /** Called while an engine is built. */
  onBuildProgress?: ((progress: BuildProgress) => void) | undefined;
  /** Cancels the start; no process is left running. */
  signal?: AbortSignal | undefined;
}

/** Throws `SEATRIAL_USAGE` for an unknown option or one of the wrong type. */
export function checkControlPlaneOptions(options: ControlPlaneOptions): { startTimeoutMs: number } {
  checkOptions<ControlPlaneOptions>("startControlPlane", options, {
    enginePath: "string",
    startTimeout: "duration",
    logFile: "string",
    simulation: "object",
    onStep: "function",
    onBuildProgress: "function",
    signal: "object",
  });
  const { startTimeout, simulation } = options;
  if (simulation !== undefined) checkSimulationOptions(simulation);
  return {
    startTimeoutMs: startTimeout === undefined ? START_TIMEOUT_MS : parseDuration(startTimeout, "startTimeout"),
  };
}
