/** The latest end of a wait, in monotonic time: changes of the wall clock do not move it. */
export class Deadline {
  readonly timeoutMs: number;
  readonly #startedAt = performance.now();

  /** @param timeoutMs milliseconds from now; `Infinity` never expires. */
  constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs;
  }

  /** Whole milliseconds since the deadline was set. */
  get elapsedMs(): number {
    return Math.round(performance.now() - this.#startedAt);
  }

  /** Milliseconds that are left, never below zero. */
  get remainingMs(): number {
    return Math.max(0, this.timeoutMs - (performance.now() - this.#startedAt));
  }

  get isExpired(): boolean {
    return this.remainingMs === 0;
  }
}
