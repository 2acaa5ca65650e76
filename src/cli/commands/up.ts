import { provideEngine } from "../../engine/provide-engine.ts";
import { startBackgroundPlane } from "../../plane/background.ts";
import { makeLiveReporter } from "../../report/live-reporter.ts";
import { makePlainReporter } from "../../report/plain-reporter.ts";
import { formatDuration } from "../../util/duration.ts";
import { exitCodes } from "../exit-code.ts";
import { listenForInterrupt } from "../interrupt.ts";
import type { GlobalOptions } from "../program.ts";
import { renderEnv } from "../shell.ts";
import { openTerminal, writeLines } from "../terminal.ts";
import { planeEnv } from "./env.ts";

/** Starts the background plane unless it is up. Only the `export` lines go to stdout, so that `eval "$(seatrial up)"` works. */
export async function up(options: GlobalOptions): Promise<number> {
  const { output, style, isLive } = openTerminal(process.stderr, options.color);
  const reporter = isLive ? makeLiveReporter(output, style) : makePlainReporter(output, style);
  using interrupt = listenForInterrupt();
  const { signal } = interrupt;
  try {
    const { plane, isNew } = await startBackgroundPlane({
      provideEngine: () => provideEngine({ onProgress: (progress) => reporter.building(progress), signal }),
      onStep: (step) => reporter.booting(step),
      signal,
    });
    reporter.close();
    const { versions, server, pid } = plane.data;
    const state = isNew ? `is up after ${formatDuration(plane.bootMs)}` : `is up since ${plane.startedAt}`;
    await writeLines(process.stderr, [
      `The control plane ${state}: Kubernetes ${versions.kubernetes}, ${server}, process ${pid}`,
    ]);
    await writeLines(process.stdout, renderEnv(planeEnv(plane), "bash"));
    return exitCodes.passed;
  } finally {
    reporter.close();
  }
}
