import { isStarted } from "../trial/trial-result.ts";
import { toPrintable } from "../util/text/printable.ts";
import { makeBuildLines } from "./build-lines.ts";
import type { Output, Reporter } from "./reporter.ts";
import type { Style } from "./style.ts";
import { trialLine } from "./trial-line.ts";

/** Progress as plain lines for logs and pipes, one for each trial that has ended. */
export function makePlainReporter(output: Output, style: Style): Reporter {
  const line = (text: string) => output.write(`${text}\n`);
  return {
    building: makeBuildLines(line),
    booting() {},
    started() {},
    stepping() {},
    waiting() {},
    ended(trial) {
      if (isStarted(trial)) line(trialLine(trial, style));
    },
    note: (text) => line(toPrintable(text)),
    close() {},
  };
}
