import { existsSync, rmSync } from "node:fs";
import { onExit } from "signal-exit";
import { EXIT_REMOVE_TIMEOUT_MS } from "../util/defaults.ts";
import { isRunning, signalGroup } from "./process-group.ts";

const PAUSE_MS = 5;
// Elsewhere a child that has been killed looks alive until the event loop collects it, which runs no more.
const canTellZombies = process.platform === "linux";

/**
 * Makes sure that an engine and its data do not outlive this process, however it ends: by returning, `process.exit()`,
 * an uncaught error, SIGINT, SIGTERM or SIGHUP. A signal that somebody else handles, as vitest and the command line do,
 * is left to them: the hook then runs when they exit. SIGKILL is covered by the engine's own watch on its stdin.
 * Returns a function that takes the hook away; with the last one all listeners are gone.
 */
export function killOnExit(pid: number, dataDir: string): () => void {
  return onExit(() => {
    signalGroup(pid, "SIGKILL");
    // One that is being killed may still be in the middle of a write, or of removing its folder itself.
    removeNow(dataDir, () => !canTellZombies || !isRunning(pid));
  });
}

/** Removes files or folders when this process ends, in any way but SIGKILL. Returns a function that takes that away. */
export function removeOnExit(...paths: string[]): () => void {
  return onExit(() => {
    for (const path of paths) removeNow(path);
  });
}

// Nothing else runs in a process on its way out, so it may as well wait on its only thread.
function removeNow(path: string, isFinal = () => true): void {
  const deadline = performance.now() + EXIT_REMOVE_TIMEOUT_MS;
  for (;;) {
    const wasFinal = isFinal();
    try {
      rmSync(path, { recursive: true, force: true });
      if (wasFinal && !existsSync(path)) return;
    } catch {
      // Somebody made or removed a file in it meanwhile; there is nobody to tell.
    }
    if (performance.now() > deadline) return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
  }
}
