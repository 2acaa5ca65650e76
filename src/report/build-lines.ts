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

/** `Building the engine: compile 26 % (312 of 1204 packages), 2 min 5 s, about 6 min left`. */
export function buildText(state: BuildState): string {
  return `${buildStep(state)}, ${formatDuration(state.elapsedMs)}${remainingText(state)}`;
}

/** The part of {@link buildText} before the time. */
export function buildStep({ step, done, total, fraction }: BuildState): string {
  const percent = fraction === undefined ? "" : ` ${Math.floor(fraction * 100)} %`;
  const packages = total === undefined ? "" : ` (${done} of ${total} packages)`;
  const modules = step === "download" && done > 0 ? ` ${done} modules` : "";
  return `Building the engine: ${step}${percent}${step === "compile" ? packages : modules}`;
}

/** The part of {@link buildText} after the time. */
export function remainingText({ remainingMs }: BuildState): string {
  if (remainingMs === undefined) return "";
  const minutes = Math.round(remainingMs / 60_000);
  return minutes < 1 ? ", less than 1 min left" : `, about ${minutes} min left`;
}
