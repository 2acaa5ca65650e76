import { setTimeout as delay } from "node:timers/promises";
import type { RunningEngine } from "../engine/run/launch-engine.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import type { ControlPlaneData } from "../plane/control-plane-data.ts";
import { makeControlPlane } from "../plane/control-plane-handle.ts";
import type { ProvidedControlPlane } from "../providers/provider.ts";
import { ENGINE_END_TIMEOUT_MS } from "../util/defaults.ts";
import { emitForcedStopWarning } from "./forced-stop-warning.ts";
import { leaveLastWords, toEndedError } from "./last-words.ts";

/** What {@link toControlPlane} puts together. */
export interface RunningPlane {
  engine: RunningEngine;
  data: ControlPlaneData;
  bootMs: number;
  /** The control plane that the engine is attached to, or its real node; the engine ends with it. @default neither */
  provided?: Pick<ProvidedControlPlane, "ended" | "stop"> | undefined;
}

/** The handle of a control plane whose engine this process has started. */
export function toControlPlane({ engine, data, bootMs, provided }: RunningPlane): ControlPlane {
  const { pid, dataDir } = data;
  let isStopping = false;
  let removeLastWords: (() => Promise<void>) | undefined;
  let providedEnd: string | undefined;
  void provided?.ended.then((sentence) => {
    if (isStopping) return;
    providedEnd = sentence;
    void engine.stop();
  });
  // A real node ends with its control plane, whatever ends that.
  void engine.ended.then(() => provided?.stop()).catch(() => undefined);
  const lastWords = engine.ended.then(async ({ exitCode, signal, reason, shortage }) => {
    const outputTail = engine.outputTail();
    const words =
      providedEnd === undefined
        ? { exitCode, signal, reason, shortage, outputTail }
        : { reason: providedEnd, outputTail };
    if (!isStopping) removeLastWords = await leaveLastWords(dataDir, words).catch(() => undefined);
    return words;
  });
  const explain = async (cause: Error) => {
    // A connection breaks a moment before the end of the process is known. Node must not exit while the caller waits for this.
    const words = await Promise.race([lastWords, delay(ENGINE_END_TIMEOUT_MS)]);
    return words === undefined ? undefined : toEndedError(pid, words, cause);
  };
  const stop = async () => {
    isStopping = true;
    const { isForced } = await engine.stop();
    await lastWords;
    await removeLastWords?.();
    await provided?.stop();
    if (isForced) emitForcedStopWarning(pid);
  };
  const ended = engine.ended.then(({ exitCode, signal }) => ({ exitCode, signal }));
  return makeControlPlane({ data, bootMs, ended, explain, stop });
}
