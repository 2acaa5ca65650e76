import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { SeatrialError } from "../errors/seatrial-error.ts";

// Test files may load this module several times, and must share one storage.
const KEY = Symbol.for("seatrial.callGroup");
const holder = globalThis as { [KEY]?: AsyncLocalStorage<CallGroup | undefined> };
holder[KEY] ??= new AsyncLocalStorage();
const storage = holder[KEY];

const MAX_END_MS = 30_000;

interface PendingCall {
  promise?: Promise<unknown>;
}

/** How an abandoned group ends. */
export interface AbandonOptions {
  /** The error that ended the caller; it is the reason of {@link CallGroup.signal}. */
  reason: unknown;
  /** Whether the caller will never use again what the calls have made. */
  isLost: boolean;
  /** What is not disposed of although the caller is lost. */
  isKept?: ((made: object) => boolean) | undefined;
}

/**
 * The calls of helpers that one caller, such as a test or a hook, has made. When the caller ends before its calls, nobody is
 * left to cancel them or to dispose of what they make.
 */
export class CallGroup {
  readonly #name: string;
  readonly #ended = new AbortController();
  readonly #pending = new Set<PendingCall>();
  readonly #made = new Set<AsyncDisposable>();
  #isLost = false;

  /** @param name the caller, for messages: `the test "installs"`. */
  constructor(name: string) {
    this.#name = name;
  }

  /** Runs the caller. The calls that it makes, also after a wait, belong to this group. */
  run<Value>(caller: () => Value): Value {
    return storage.run(this, caller);
  }

  /**
   * Cancels the calls that have not ended, waits until they have ended and, for a lost caller, disposes of what the calls
   * have made. Resolves with a text for each cancelled call: what it was waiting for. Never rejects.
   */
  async abandon({ reason, isLost, isKept }: AbandonOptions): Promise<string[]> {
    const cancelled = this.#promises();
    this.#isLost = isLost;
    this.#ended.abort(reason);
    const ends = await within(Promise.allSettled(cancelled), MAX_END_MS);
    const texts = (ends ?? []).flatMap((end) => (end.status === "rejected" ? textOf(end.reason) : []));
    if (ends === undefined) texts.push(`${cancelled.length} calls have not ended ${MAX_END_MS} ms after that`);
    // The caller may dispose of what it has, now that its calls have rejected.
    await nextTurn();
    const made = isLost ? [...this.#made].reverse() : [];
    const ending = [...this.#promises(), disposeAll(made.filter((each) => isKept?.(each) !== true))];
    await within(Promise.allSettled(ending), MAX_END_MS);
    return texts;
  }

  /** See {@link trackCall}. */
  track<Value>(signal: AbortSignal | undefined, call: (signal: AbortSignal | undefined) => Promise<Value>) {
    const isLate = this.#isLost;
    return this.#watch(async () => {
      if (isLate) throw this.#toError();
      const value = await call(anyOf(signal, this.#ended.signal));
      if (!isDisposable(value)) return value;
      if (!this.#ended.signal.aborted) this.#made.add(value);
      else await disposeAll([value]);
      if (this.#ended.signal.aborted) throw this.#toError();
      return value;
    });
  }

  /** See {@link trackRemoval}. */
  trackRemoval<Value>(removal: () => Promise<Value>): Promise<Value> {
    return this.#watch(removal);
  }

  #watch<Value>(call: () => Promise<Value>): Promise<Value> {
    // What a helper calls by itself, such as its clean-up, must run to its end.
    const pending: PendingCall = {};
    this.#pending.add(pending);
    const promise = storage.run(undefined, async () => {
      // Error stacks have ten frames: without the frames of this module, they reach the caller's line.
      await undefined;
      try {
        return await call();
      } finally {
        this.#pending.delete(pending);
      }
    });
    pending.promise = promise;
    // Nobody is left to handle the rejection. Otherwise a second reaction would cut the caller off the error's stack.
    if (this.#ended.signal.aborted) promise.catch(() => undefined);
    return promise;
  }

  #promises(): (Promise<unknown> | undefined)[] {
    return [...this.#pending].map(({ promise }) => promise);
  }

  #toError(): SeatrialError {
    return new SeatrialError("SEATRIAL_CANCELLED", `${this.#name} has ended before its call`, {
      cause: this.#ended.signal.reason,
    });
  }
}

/**
 * Runs a call for the caller that makes it. When the caller ends before the call, the call's signal aborts, and the caller's
 * group disposes of what the call resolves with.
 */
export function trackCall<Value>(
  signal: AbortSignal | undefined,
  call: (signal: AbortSignal | undefined) => Promise<Value>,
): Promise<Value> {
  const group = storage.getStore();
  return group === undefined ? call(signal) : group.track(signal, call);
}

/** As {@link trackCall}, for calls that remove something: they run to their end, and an ended caller may still make them. */
export function trackRemoval<Value>(removal: () => Promise<Value>): Promise<Value> {
  const group = storage.getStore();
  return group === undefined ? removal() : group.trackRemoval(removal);
}

function anyOf(given: AbortSignal | undefined, ended: AbortSignal): AbortSignal {
  // The check of the call's options reports a signal of the wrong type.
  return given instanceof AbortSignal ? AbortSignal.any([given, ended]) : ended;
}

function isDisposable(value: unknown): value is AsyncDisposable {
  return typeof value === "object" && value !== null && Symbol.asyncDispose in value;
}

async function disposeAll(values: readonly AsyncDisposable[]): Promise<void> {
  for (const value of values) {
    try {
      await value[Symbol.asyncDispose]();
    } catch {
      // Nobody is left to see it; what cannot be removed makes the next call fail.
    }
  }
}

async function within<Value>(done: Promise<Value>, milliseconds: number): Promise<Value | undefined> {
  const timer = new AbortController();
  const late = delay(milliseconds, undefined, { signal: timer.signal }).catch(() => undefined);
  try {
    return await Promise.race([done, late]);
  } finally {
    timer.abort();
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The options of a call with the signal that {@link trackCall} passes; options of the wrong type are left to their check. */
export function withSignal<Options extends { signal?: AbortSignal | undefined }>(
  options: Options,
  signal: AbortSignal | undefined,
): Options {
  const isChecked = typeof options === "object" && options !== null && !Array.isArray(options);
  const isSignal = isChecked && (options.signal === undefined || options.signal instanceof AbortSignal);
  return isSignal ? { ...options, signal } : options;
}
