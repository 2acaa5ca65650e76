import { isStarted, type StepName } from "../trial/trial-result.ts";
import type { Verdict } from "../trial/verdict.ts";
import { formatDuration } from "../util/duration.ts";
import { toPrintable, toPrintableLine } from "../util/text/printable.ts";
import { buildStep, remainingText } from "./build-lines.ts";
import { LiveRegion } from "./live-region.ts";
import type { Output, Reporter } from "./reporter.ts";
import type { Style } from "./style.ts";
import { trialLine } from "./trial-line.ts";

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const frameMs = 80;

interface RunningTrial {
  step: StepName;
  sinceMs: number;
  waitsSinceMs?: number | undefined;
}

/** Progress on a terminal: a line for each trial that has ended and, below these, the trials in progress. */
export function makeLiveReporter(output: Output, style: Style): Reporter {
  const region = new LiveRegion(output);
  const startedAt = performance.now();
  const running = new Map<string, RunningTrial>();
  const counts = new Map<Verdict, number>();
  let doing = "Starting the control plane";
  let left = "";
  let total = 0;
  let ended = 0;
  let frame = 0;
  let isClosed = false;

  const draw = () => {
    if (isClosed) return;
    const spinner = frames[frame++ % frames.length] ?? "";
    const now = performance.now();
    const rows = [...running].map(([id, at]) => {
      const waits = at.waitsSinceMs === undefined ? "" : "waits for other cases  ";
      return `${spinner} ${toPrintableLine(id)}  ${at.step}  ${waits}${formatDuration(now - (at.waitsSinceMs ?? at.sinceMs))}`;
    });
    region.draw([
      ...rows,
      total === 0 ? `${spinner} ${doing}, ${formatDuration(now - startedAt)}${left}` : progress(now),
    ]);
  };
  const progress = (now: number) => {
    const parts = [`${ended}/${total} cases`];
    for (const verdict of ["failed", "errored"] as const) {
      if (counts.has(verdict)) parts.push(`${counts.get(verdict)} ${verdict}`);
    }
    return [...parts, formatDuration(now - startedAt)].join(" · ");
  };
  const print = (text: string) => {
    region.print([text]);
    draw();
  };
  const timer = setInterval(draw, frameMs);
  // The display alone must not keep the process alive.
  timer.unref();

  const close = () => {
    if (isClosed) return;
    isClosed = true;
    clearInterval(timer);
    process.off("exit", close);
    region.clear();
  };
  // A second Ctrl-C ends the process at once, and the cursor must be visible after that, too.
  process.on("exit", close);

  return {
    building(state) {
      doing = buildStep(state);
      left = remainingText(state);
    },
    booting(step) {
      doing = `Starting the control plane: ${step}`;
      left = "";
    },
    started(trialCount) {
      // Each version of Kubernetes starts for itself.
      total += trialCount;
      draw();
    },
    stepping(id, step) {
      running.set(id, { step, sinceMs: performance.now() });
    },
    waiting(id, isWaiting) {
      const at = running.get(id);
      if (at === undefined) return;
      const now = performance.now();
      // A wait that is over is not a part of the step's time.
      if (!isWaiting && at.waitsSinceMs !== undefined) at.sinceMs += now - at.waitsSinceMs;
      at.waitsSinceMs = isWaiting ? now : undefined;
    },
    ended(trial) {
      running.delete(trial.id);
      ended += 1;
      counts.set(trial.verdict, (counts.get(trial.verdict) ?? 0) + 1);
      if (isStarted(trial)) print(trialLine(trial, style));
    },
    note: (text) => print(toPrintable(text)),
    close,
  };
}
