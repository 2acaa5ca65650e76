import { setTimeout as delay } from "node:timers/promises";
import { HelmError } from "../../helm/helm-error.ts";
import type { HelmRelease, HelmWait } from "../../helm/types.ts";
import { Deadline } from "../../util/deadline.ts";
import { HELM_TIMEOUT } from "../../util/defaults.ts";
import { parseDuration } from "../../util/duration.ts";
import { throwIfAborted } from "../../util/race.ts";
import { NotReadyFailure } from "./not-ready-failure.ts";
import { ReadyWatch, type ReadyWatchOptions, type Sight } from "./ready-watch.ts";

const RECHECK_MS = 100;

/** Which operation is waited for, and how. */
export interface AwaitReadyOptions
  extends Pick<ReadyWatchOptions, "plane" | "namespace" | "releaseName" | "step" | "isInOperation" | "isAlone"> {
  wait?: HelmWait | undefined;
  waitForJobs?: boolean | undefined;
  noHooks?: boolean | undefined;
  timeout?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Runs one of Helm's verbs and resolves with its answer once the objects of the release are ready, as far as `wait` asks
 * for it: Helm's own wait is not trusted alone. Rejects with a {@link NotReadyFailure} that tells what was not ready and
 * why; at once when an object cannot become ready any more.
 */
export async function awaitReady<Answer extends object>(
  options: AwaitReadyOptions,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const { wait = false, waitForJobs = false, noHooks = false, timeout = HELM_TIMEOUT, signal } = options;
  const isWaiting = wait !== false && wait !== "hookOnly";
  const deadline = new Deadline(parseDuration(timeout, "timeout"));
  const watch = new ReadyWatch({ ...options, isWaiting, waitForJobs, noHooks });
  try {
    const answer = await run();
    await watch.end();
    // Only verbs that answer with the release itself take a wait for its objects.
    if (isWaiting) await verify(watch, answer as unknown as HelmRelease, deadline, signal);
    return answer;
  } catch (error) {
    await watch.end();
    throw await withReasons(error, watch, deadline);
  }
}

// Looks at least once after Helm has said that all is ready.
async function verify(
  watch: ReadyWatch,
  info: HelmRelease,
  deadline: Deadline,
  signal: AbortSignal | undefined,
): Promise<void> {
  while (true) {
    throwIfAborted(signal);
    const isLastLook = deadline.isExpired;
    const sight = await watch.look(info, signal);
    // A hook may have been removed by now, as its delete policy says.
    const notReady = sight.notReady.filter(({ ref }) => !ref.isHook);
    if (notReady.length === 0) return;
    if (isLastLook || notReady.some(({ isTerminal }) => isTerminal)) {
      throw new NotReadyFailure({
        sight: { ...sight, info, notReady },
        waitedMs: deadline.elapsedMs,
        isTimeout: isLastLook,
      });
    }
    await delay(Math.min(RECHECK_MS, deadline.remainingMs));
  }
}

async function withReasons(error: unknown, watch: ReadyWatch, deadline: Deadline): Promise<unknown> {
  if (!(error instanceof HelmError) || !["timeout", "given-up", "hook"].includes(error.helmCode)) return error;
  const waitedMs = deadline.elapsedMs;
  const sight = (await lookAfterwards(error, watch)) ?? watch.lastSight;
  if (sight === undefined || sight.notReady.length === 0) return error;
  return new NotReadyFailure({ sight, waitedMs, isTimeout: !watch.hasGivenUp, cause: error });
}

// A failure that came before the first look, or between two, has left its objects there unless it was rolled back.
async function lookAfterwards(error: HelmError, watch: ReadyWatch): Promise<Sight | undefined> {
  if (error.release === undefined) return undefined;
  const sight = await watch.look(error.release).catch(() => undefined);
  const known = watch.lastSight?.notReady.length ?? 0;
  return sight !== undefined && sight.notReady.length >= known ? sight : undefined;
}
