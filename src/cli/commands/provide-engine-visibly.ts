import type { EngineLocation } from "../../engine/binary/engine-location.ts";
import { provideEngine } from "../../engine/binary/provide-engine.ts";
import { makeLiveReporter } from "../../report/live-reporter.ts";
import { makePlainReporter } from "../../report/plain-reporter.ts";
import type { GlobalOptions } from "../global-options.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { openTerminal } from "../terminal.ts";

/** Finds or builds the engine, and shows the progress of a build on stderr. Rejects as `provideEngine` does. */
export async function provideEngineVisibly({ color }: GlobalOptions): Promise<EngineLocation> {
  const { output, style, isLive } = openTerminal(process.stderr, color);
  let reporter: ReturnType<typeof makePlainReporter> | undefined;
  using interrupt = listenForInterrupt();
  try {
    return await provideEngine({
      onProgress: (progress) => {
        // Opened when there is progress: a live reporter hides the cursor and shows that something is being done.
        reporter ??= isLive ? makeLiveReporter(output, style) : makePlainReporter(output, style);
        reporter.building(progress);
      },
      signal: interrupt.signal,
    });
  } finally {
    reporter?.close();
  }
}
