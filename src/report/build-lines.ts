import { formatDuration } from "../util/duration.ts";
import type { BuildState } from "./reporter.ts";

// An occasional line in a log shows that a build of several minutes is still in progress.
const buildLineEveryMs = 15_000;

/** Reports the engine's build in lines: one for each step, and one every 15 s during a step. */
export function makeBuildLines(line: (text: string) => void): (state: BuildState) => void {
  let last: { step: string; elapsedMs: number } | undefined;
  return (state) => {
    const isDue = last === undefined || state.elapsedMs - last.elapsedMs >= buildLineEveryMs;
    if (last?.step === state.step && !isDue) return;
    last = { step: state.step, elapsedMs: state.elapsedMs };
    line(buildText(state));
  };
}

/** `Building the engine: compile 312/1204 packages, 2 min 5 s`. */
export function buildText(state: BuildState): string {
  const total = state.total === undefined ? "" : `/${state.total}`;
  const count = state.done === 0 && state.total === undefined ? "" : ` ${state.done}${total} packages`;
  return `Building the engine: ${state.step}${count}, ${formatDuration(state.elapsedMs)}`;
}
