/** A point in monotonic time that a wait may not pass. Changes of the wall clock do not move it. */
export class Deadline {
  readonly timeoutMs: number;
  readonly #startedAt = performance.now();

  /** @param timeoutMs milliseconds from now; `Infinity` never expires. */
  constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs;
  }

  /** Milliseconds since the deadline was set, whole. */
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

  /** A deadline that ends with this one or `timeoutMs` from now, whichever comes first. */
  within(timeoutMs: number): Deadline {
    return new Deadline(Math.min(timeoutMs, this.remainingMs));
  }
}
