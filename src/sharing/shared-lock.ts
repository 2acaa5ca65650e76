/** Gives a lock back. Safe to call twice. */
export type Unlock = () => void;

interface Waiter {
  isExclusive: boolean;
  grant: () => void;
}

/**
 * A lock that many may share or one may have alone, granted in the order of asking: nobody starves. It keeps apart trials
 * that change how the API server treats every other chart (CRDs, webhooks, default classes) from all others.
 */
export class SharedLock {
  #sharedCount = 0;
  #isExclusive = false;
  readonly #waiting: Waiter[] = [];

  /** Resolves when the lock is held; rejects with the signal's reason when that aborts first. */
  acquire(isExclusive: boolean, signal?: AbortSignal): Promise<Unlock> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        const index = this.#waiting.indexOf(waiter);
        if (index < 0) return;
        this.#waiting.splice(index, 1);
        reject(signal?.reason);
        this.#grant();
      };
      const waiter: Waiter = {
        isExclusive,
        grant: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve(this.#makeUnlock(isExclusive));
        },
      };
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(waiter);
      this.#grant();
    });
  }

  #grant(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const isFree = !this.#isExclusive && (this.#sharedCount === 0 || !next.isExclusive);
      if (!isFree) return;
      this.#waiting.shift();
      if (next.isExclusive) this.#isExclusive = true;
      else this.#sharedCount += 1;
      next.grant();
    }
  }

  #makeUnlock(isExclusive: boolean): Unlock {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      if (isExclusive) this.#isExclusive = false;
      else this.#sharedCount -= 1;
      this.#grant();
    };
  }
}
