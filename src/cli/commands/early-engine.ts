import { type ChartEngine, startChartEngine } from "../../boot/start-chart-engine.ts";
import { findEngine } from "../../engine/binary/find-engine.ts";

/** An engine that starts while its charts are still being read. */
export interface EarlyEngine extends AsyncDisposable {
  /**
   * Resolves with the engine, or with `undefined` when none is there yet. Rejects as `startChartEngine` does, also when the signal
   * aborts.
   */
  started(signal: AbortSignal): Promise<ChartEngine | undefined>;
}

/** Starts an engine for charts, unless it would have to be built first. The disposal ends it, or its start. */
export function startEarly(): EarlyEngine {
  const end = new AbortController();
  const starting = start(end.signal);
  // Nobody may ask for it.
  starting.catch(() => undefined);
  return {
    started: (signal) => {
      if (signal.aborted) end.abort();
      signal.addEventListener("abort", () => end.abort(), { once: true });
      return starting;
    },
    [Symbol.asyncDispose]: async () => {
      end.abort();
      const engine = await starting.catch(() => undefined);
      await engine?.[Symbol.asyncDispose]();
    },
  };
}

async function start(signal: AbortSignal): Promise<ChartEngine | undefined> {
  // What is wrong with an engine is reported when it is needed.
  const { location } = await findEngine(undefined, undefined, signal).catch(() => ({ location: undefined }));
  return location === undefined ? undefined : startChartEngine({ enginePath: location.path, signal });
}
