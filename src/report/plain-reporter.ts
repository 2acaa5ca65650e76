import { isStarted } from "../trial/trial-result.ts";
import { formatDuration } from "../util/duration.ts";
import type { BuildState, Output, Reporter } from "./reporter.ts";
import type { Style } from "./style.ts";
import { trialLine } from "./trial-line.ts";

// A log is read later: a line now and then shows that a build of minutes still goes on.
const buildLineEveryMs = 15_000;

/** Progress as plain lines, one for each trial that has ended: for logs and pipes. */
export function makePlainReporter(output: Output, style: Style): Reporter {
  const line = (text: string) => output.write(`${text}\n`);
  let lastBuild: { step: string; elapsedMs: number } | undefined;
  return {
    building(state) {
      const isDue = lastBuild === undefined || state.elapsedMs - lastBuild.elapsedMs >= buildLineEveryMs;
      if (lastBuild?.step === state.step && !isDue) return;
      lastBuild = { step: state.step, elapsedMs: state.elapsedMs };
      line(buildText(state));
    },
    booting() {},
    started() {},
    stepping() {},
    ended(trial) {
      if (isStarted(trial)) line(trialLine(trial, style));
    },
    note: line,
    close() {},
  };
}

/** `Building the engine: compile 312/1204 packages, 2 min 5 s`. */
export function buildText(state: BuildState): string {
  const total = state.total === undefined ? "" : `/${state.total}`;
  const count = state.done === 0 && state.total === undefined ? "" : ` ${state.done}${total} packages`;
  return `Building the engine: ${state.step}${count}, ${formatDuration(state.elapsedMs)}`;
}
