import { existsSync } from "node:fs";
import { onExit } from "signal-exit";
import { EXIT_REMOVE_TIMEOUT_MS } from "../util/defaults.ts";
import { isRunning, signalGroup } from "./process-group.ts";
import { removeOwnSync } from "./remove-own.ts";

const PAUSE_MS = 5;
const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
// Elsewhere a killed child looks alive until the event loop collects it, which no longer runs.
const canDetectZombies = process.platform === "linux";

/**
 * Makes sure that an engine and its data do not outlive this process, however it ends: by returning, `process.exit()`,
 * an uncaught error, SIGINT, SIGTERM or SIGHUP. Signals with another handler, as those of vitest and the command line, are left
 * to it: the hook then runs when the handler exits. SIGKILL is covered by the engine itself, which watches its stdin.
 * Returns a function that removes the hook; with the last hook all listeners are gone.
 */
export function killOnExit(pid: number, dataDir: string): () => void {
  return onExit(() =>
    withoutSignals(() => {
      signalGroup(pid, "SIGKILL");
      // A killed engine may still be in the middle of a write, or of removing its directory itself.
      removeNow(dataDir, () => !canDetectZombies || !isRunning(pid));
    }),
  );
}

/** Removes files or directories when this process ends, except by SIGKILL. Returns a function that removes this hook. */
export function removeOnExit(...paths: string[]): () => void {
  return onExit(() =>
    withoutSignals(() => {
      for (const path of paths) removeNow(path);
    }),
  );
}

// signal-exit takes its listeners away before it calls a hook: a second Ctrl-C would then kill this process in the middle of
// the removal. A listener keeps the signal from doing so. It never runs, as the process ends before its next event.
function withoutSignals(work: () => void): void {
  const ignore = () => undefined;
  for (const signal of END_SIGNALS) process.on(signal, ignore);
  try {
    work();
  } finally {
    for (const signal of END_SIGNALS) process.off(signal, ignore);
  }
}

// Nothing else runs in a process that exits, so it may block its only thread.
function removeNow(path: string, isFinal = () => true): void {
  const deadline = performance.now() + EXIT_REMOVE_TIMEOUT_MS;
  for (;;) {
    const wasFinal = isFinal();
    try {
      removeOwnSync(path);
      if (wasFinal && !existsSync(path)) return;
    } catch {
      // Another process created or removed a file in it; the next attempt may succeed.
    }
    if (performance.now() > deadline) return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
  }
}
