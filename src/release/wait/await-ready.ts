import { setTimeout as delay } from "node:timers/promises";
import { HelmError } from "../../helm/helm-error.ts";
import type { HelmRelease, HelmWait } from "../../helm/types.ts";
import { Deadline } from "../../util/deadline.ts";
import { HELM_TIMEOUT } from "../../util/defaults.ts";
import { parseDuration } from "../../util/duration.ts";
import { throwIfAborted } from "../../util/race.ts";
import { NotReadyFailure } from "./not-ready-failure.ts";
import { type Observation, ReadyWatch, type ReadyWatchOptions } from "./ready-watch.ts";
import { whyUnreachable } from "./why-unreachable.ts";

const RECHECK_MS = 100;
const CANCEL_TIMEOUT_MS = 10_000;

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
 * when an object cannot become ready any more, and when the signal aborts.
 */
export async function awaitReady<Answer extends object>(
  options: AwaitReadyOptions,
  run: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const { wait = false, waitForJobs = false, noHooks = false, timeout = HELM_TIMEOUT, signal } = options;
  const isWaiting = wait !== false && wait !== "hookOnly";
  const timeoutMs = parseDuration(timeout, "timeout");
  const deadline = new Deadline(timeoutMs);
  const watch = new ReadyWatch({ ...options, isWaiting, waitForJobs, noHooks, timeoutMs });
  try {
    const answer = await runCancellable(options, run);
    await watch.end();
    // Only verbs that answer with the release itself can wait for its objects.
    if (isWaiting) await verify(watch, answer as unknown as HelmRelease, deadline, signal);
    return answer;
  } catch (error) {
    await watch.end();
    throw (
      (await whyUnreachable(options.plane, options.namespace, error)) ??
      (await withReasons(error, watch, deadline, signal))
    );
  }
}

// Helm ends its waits and reports the release, which a call whose connection is closed does not.
async function runCancellable<Answer>(
  { plane, namespace, releaseName, signal }: AwaitReadyOptions,
  run: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  throwIfAborted(signal);
  const connection = new AbortController();
  const ended = new AbortController();
  const giveUp = async () => {
    const deadline = new Deadline(CANCEL_TIMEOUT_MS);
    // Helm may not be waiting yet, and a rollback waits again.
    while (!ended.signal.aborted && !deadline.isExpired) {
      await plane.helm.giveUp({ namespace, releaseName }).catch(() => undefined);
      await delay(RECHECK_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
    connection.abort(signal?.reason);
  };
  const onAbort = () => void giveUp();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await run(connection.signal);
  } finally {
    signal?.removeEventListener("abort", onAbort);
    ended.abort();
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
    const isCancelled = signal?.aborted === true;
    const isLastTry = deadline.isExpired || isCancelled;
    const observation = await watch.observe(info);
    // A hook may have been removed by now, by its delete policy.
    const notReady = observation.notReady.filter(({ ref }) => !ref.isHook);
    if (notReady.length === 0) return;
    if (isLastTry || notReady.some(({ isTerminal }) => isTerminal)) {
      throw new NotReadyFailure({
        observation: { ...observation, info, notReady },
        waitedMs: deadline.elapsedMs,
        isTimeout: isLastTry,
        isCancelled,
      });
    }
    await delay(Math.min(RECHECK_MS, deadline.remainingMs));
  }
}

async function withReasons(
  error: unknown,
  watch: ReadyWatch,
  deadline: Deadline,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (!(error instanceof HelmError) || !["timeout", "given-up", "hook"].includes(error.helmCode)) return error;
  const waitedMs = deadline.elapsedMs;
  const isCancelled = signal?.aborted === true;
  const decisive = watch.hasGivenUp && !isCancelled ? watch.lastObservation : undefined;
  const observation = decisive ?? (await observeAfterwards(error, watch)) ?? watch.lastObservation;
  if (observation === undefined || (observation.notReady.length === 0 && !isCancelled)) return error;
  const isTimeout = error.helmCode === "timeout";
  return new NotReadyFailure({ observation, waitedMs, isTimeout, isCancelled, cause: error });
}

// After a failure before the first observation, or between two, the objects still exist unless it was rolled back.
async function observeAfterwards(error: HelmError, watch: ReadyWatch): Promise<Observation | undefined> {
  if (error.release === undefined) return undefined;
  const observation = await watch.observe(error.release).catch(() => undefined);
  const known = watch.lastObservation?.notReady.length ?? 0;
  return observation !== undefined && observation.notReady.length >= known ? observation : undefined;
}
