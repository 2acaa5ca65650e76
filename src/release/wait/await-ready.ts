import { setTimeout as delay } from "node:timers/promises";
import { HelmError } from "../../helm/helm-error.ts";
import type { HelmRelease, HelmWait } from "../../helm/types.ts";
import { Deadline } from "../../util/deadline.ts";
import { HELM_TIMEOUT } from "../../util/defaults.ts";
import { parseDuration } from "../../util/duration.ts";
import { throwIfAborted } from "../../util/race.ts";
import { NotReadyFailure } from "./not-ready-failure.ts";
import { type Observation, ReadyWatch, type ReadyWatchOptions } from "./ready-watch.ts";

const RECHECK_MS = 100;

/** Which operation to wait for, and how. */
export interface AwaitReadyOptions
  extends Pick<ReadyWatchOptions, "plane" | "namespace" | "releaseName" | "step" | "isInOperation" | "isAlone"> {
  wait?: HelmWait | undefined;
  waitForJobs?: boolean | undefined;
  noHooks?: boolean | undefined;
  timeout?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Runs one of Helm's verbs and resolves with its answer once the objects of the release are ready, as far as `wait` demands:
 * Helm's own wait is not trusted alone. Rejects with a {@link NotReadyFailure} that says what was not ready and why; at once
 * when an object cannot become ready any more.
 */
export async function awaitReady<Answer extends object>(
  options: AwaitReadyOptions,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const { wait = false, waitForJobs = false, noHooks = false, timeout = HELM_TIMEOUT, signal } = options;
  const isWaiting = wait !== false && wait !== "hookOnly";
  const timeoutMs = parseDuration(timeout, "timeout");
  const deadline = new Deadline(timeoutMs);
  const watch = new ReadyWatch({ ...options, isWaiting, waitForJobs, noHooks, timeoutMs });
  try {
    const answer = await run();
    await watch.end();
    // Only verbs that answer with the release itself can wait for its objects.
    if (isWaiting) await verify(watch, answer as unknown as HelmRelease, deadline, signal);
    return answer;
  } catch (error) {
    await watch.end();
    throw await withReasons(error, watch, deadline);
  }
}

// Observes at least once after Helm has reported that everything is ready.
async function verify(
  watch: ReadyWatch,
  info: HelmRelease,
  deadline: Deadline,
  signal: AbortSignal | undefined,
): Promise<void> {
  while (true) {
    throwIfAborted(signal);
    const isLastTry = deadline.isExpired;
    const observation = await watch.observe(info, signal);
    // A hook may have been removed by now, by its delete policy.
    const notReady = observation.notReady.filter(({ ref }) => !ref.isHook);
    if (notReady.length === 0) return;
    if (isLastTry || notReady.some(({ isTerminal }) => isTerminal)) {
      throw new NotReadyFailure({
        observation: { ...observation, info, notReady },
        waitedMs: deadline.elapsedMs,
        isTimeout: isLastTry,
      });
    }
    await delay(Math.min(RECHECK_MS, deadline.remainingMs));
  }
}

async function withReasons(error: unknown, watch: ReadyWatch, deadline: Deadline): Promise<unknown> {
  if (!(error instanceof HelmError) || !["timeout", "given-up", "hook"].includes(error.helmCode)) return error;
  const waitedMs = deadline.elapsedMs;
  const decisive = watch.hasGivenUp ? watch.lastObservation : undefined;
  const observation = decisive ?? (await observeAfterwards(error, watch)) ?? watch.lastObservation;
  if (observation === undefined || observation.notReady.length === 0) return error;
  return new NotReadyFailure({ observation, waitedMs, isTimeout: error.helmCode === "timeout", cause: error });
}

// After a failure before the first observation, or between two, the objects still exist unless it was rolled back.
async function observeAfterwards(error: HelmError, watch: ReadyWatch): Promise<Observation | undefined> {
  if (error.release === undefined) return undefined;
  const observation = await watch.observe(error.release).catch(() => undefined);
  const known = watch.lastObservation?.notReady.length ?? 0;
  return observation !== undefined && observation.notReady.length >= known ? observation : undefined;
}
