import { formatDuration } from "../util/duration.ts";
import type { BuildState } from "./reporter.ts";

// A log is read later: a line now and then shows that a build of minutes still goes on.
const buildLineEveryMs = 15_000;

/** Tells of the engine's build in lines: one for each step, and one every 15 s while a step goes on. */
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
