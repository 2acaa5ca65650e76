import { buildEngine } from "../../engine/binary/build-engine.ts";
import { defaultBuildPaths } from "../../engine/binary/build-paths.ts";
import { removeCachedEngines } from "../../engine/binary/engine-cache.ts";
import { findEngine } from "../../engine/binary/find-engine.ts";
import { EngineError } from "../../errors/engine-error.ts";
import { makeLiveReporter } from "../../report/live-reporter.ts";
import { makePlainReporter } from "../../report/plain-reporter.ts";
import { exitCodes } from "../exit-code.ts";
import type { GlobalOptions } from "../global-options.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { openTerminal, writeLines } from "../terminal.ts";

/** What `seatrial engine` can do. */
export type EngineAction = "path" | "build" | "clean";

/** Runs `seatrial engine path`, `build` or `clean`; resolves with the exit code. */
export async function engine(action: EngineAction, options: GlobalOptions): Promise<number> {
  await { path: printPath, build: () => build(options), clean }[action]();
  return exitCodes.passed;
}

async function printPath(): Promise<void> {
  const { location, lookedAt } = await findEngine();
  if (location !== undefined) {
    await writeLines(process.stdout, [location.path]);
    return;
  }
  throw new EngineError("SEATRIAL_ENGINE_NOT_FOUND", ["No engine was found", ...lookedAt].join("\n  "), {
    hint: "`seatrial engine build` builds one, which needs Go; commands that need an engine build it themselves",
  });
}

async function build(options: GlobalOptions): Promise<void> {
  const { output, style, isLive } = openTerminal(process.stderr, options.color);
  const reporter = isLive ? makeLiveReporter(output, style) : makePlainReporter(output, style);
  using interrupt = listenForInterrupt();
  try {
    const { path } = await buildEngine({
      onProgress: (progress) => reporter.building(progress),
      signal: interrupt.signal,
    });
    reporter.close();
    await writeLines(process.stdout, [path]);
  } finally {
    reporter.close();
  }
}

async function clean(): Promise<void> {
  const { cacheDir, enginesCount, freedBytes } = await removeCachedEngines(defaultBuildPaths().cacheDir);
  const megabytes = Math.round(freedBytes / 1e6);
  await writeLines(process.stderr, [
    `Removed ${enginesCount} ${enginesCount === 1 ? "engine" : "engines"} (${megabytes} MB) from ${cacheDir}`,
  ]);
}
