import type { ClusterClaims } from "./cluster-names.ts";
import { SharedLock, type Unlock } from "./shared-lock.ts";

/** Keeps trials apart that would meet in what is not namespaced. One for each suite. */
export class TrialLocks {
  readonly #cluster = new SharedLock();
  readonly #claims = new Map<string, SharedLock>();

  /**
   * Resolves when no trial that runs has one of these claims, and either nobody is alone or, for an exclusive claim, nobody
   * else runs. Rejects with the signal's reason. The order (the cluster, then claims by name) rules out a deadlock.
   */
  async acquire(claims: ClusterClaims, signal?: AbortSignal): Promise<Unlock> {
    const held: Unlock[] = [];
    const unlock = () => {
      for (const release of held.splice(0).reverse()) release();
    };
    try {
      held.push(await this.#cluster.acquire(claims.isExclusive, signal));
      for (const key of claims.keys) held.push(await this.#claim(key).acquire(true, signal));
      return unlock;
    } catch (error) {
      unlock();
      throw error;
    }
  }

  #claim(key: string): SharedLock {
    const lock = this.#claims.get(key) ?? new SharedLock();
    this.#claims.set(key, lock);
    return lock;
  }
}
