import { rmSync } from "node:fs";
import { onExit } from "signal-exit";
import { signalGroup } from "./process-group.ts";

/**
 * Makes sure that an engine and its data do not outlive this process, however it ends: by returning, `process.exit()`,
 * an uncaught error, SIGINT, SIGTERM or SIGHUP. A signal that somebody else handles, as vitest and the command line do,
 * is left to them: the hook then runs when they exit. SIGKILL is covered by the engine's own watch on its stdin.
 * Returns a function that takes the hook away; with the last one all listeners are gone.
 */
export function killOnExit(pid: number, dataDir: string): () => void {
  return onExit(() => {
    signalGroup(pid, "SIGKILL");
    removeNow(dataDir);
  });
}

/** Removes files or folders when this process ends, in any way but SIGKILL. Returns a function that takes that away. */
export function removeOnExit(...paths: string[]): () => void {
  return onExit(() => {
    for (const path of paths) removeNow(path);
  });
}

function removeNow(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 });
  } catch {
    // A process on its way out has nobody to tell; the folder is in the temp directory.
  }
}
