import { setTimeout as delay } from "node:timers/promises";
import type { ControlPlane } from "../plane/control-plane.ts";
import type { ControlPlaneData } from "../plane/control-plane-data.ts";
import { makeControlPlane } from "../plane/control-plane-handle.ts";
import { isRunning } from "../process/process-group.ts";
import { checkOptions } from "../util/check-options.ts";
import { ENGINE_END_TIMEOUT_MS } from "../util/defaults.ts";
import { findLastWords, readLastWords, toEndedError } from "./last-words.ts";

/**
 * Connects to a control plane that another process started, by its `data`. Stopping it only closes this process' connections.
 * Calls reject with `SEATRIAL_ENGINE_EXITED` when the engine has ended. Throws `SEATRIAL_USAGE` for invalid data, and
 * `SEATRIAL_ENGINE_EXITED` when the engine is gone already.
 */
export function attachControlPlane(data: ControlPlaneData): ControlPlane {
  checkOptions<ControlPlaneData>("attachControlPlane", data, {
    server: "string",
    kubeconfigPath: "string",
    engineSocket: "string",
    dataDir: "string",
    pid: "number",
    provider: "string",
    cluster: "string",
    versions: "object",
    capabilities: "object",
  });
  const explain = async (cause: Error) => {
    if (!(await hasEnded(data.pid))) return undefined;
    return toEndedError(data.pid, await findLastWords(data.dataDir), cause);
  };
  try {
    const ended = new Promise<never>(() => undefined);
    return makeControlPlane({ data, bootMs: 0, ended, explain, stop: async () => undefined });
  } catch (error) {
    throw isRunning(data.pid) ? error : toEndedError(data.pid, readLastWords(data.dataDir), error);
  }
}

const END_INTERVAL_MS = 20;

// A dying process closes its connections before its id is free.
async function hasEnded(pid: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < ENGINE_END_TIMEOUT_MS; waitedMs += END_INTERVAL_MS) {
    if (!isRunning(pid)) return true;
    await delay(END_INTERVAL_MS);
  }
  return false;
}
