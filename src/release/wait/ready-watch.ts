import { setTimeout as delay } from "node:timers/promises";
import { isReleaseNotFound } from "../../helm/helm-error.ts";
import type { HelmRelease } from "../../helm/types.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { diagnose, isUnusedClaim, lacksReference, type NotReady } from "../../readiness/diagnose.ts";
import { takeSnapshot } from "../../readiness/snapshot.ts";
import { missingAccount } from "./missing-account.ts";
import { isOfOperation, type WatchedOperation, type WatchedRef, watchedRefs } from "./watched-refs.ts";

const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 1000;
const LACKING_OBSERVATIONS_MAX_COUNT = 8;

/** Which release to watch, in which operation. */
export interface ReadyWatchOptions extends WatchedOperation {
  plane: ControlPlane;
  namespace: string;
  releaseName: string;
  /** Whether the release is still in the operation; the rollback of a failed operation is another one. */
  isInOperation: (info: HelmRelease) => boolean;
  /**
   * Nothing creates objects but Helm and the control plane. So a Secret or ConfigMap that a Pod needs, and that does not
   * exist when Helm has created all its objects, never will. @default false
   */
  isAlone?: boolean | undefined;
}

/** The objects that were not ready at one moment of an operation. */
export interface Observation {
  info: HelmRelease;
  notReady: (NotReady & { ref: WatchedRef })[];
  /** Whether all objects of the manifest exist. */
  isComplete: boolean;
}

/**
 * Observes a release while Helm works on it. It remembers the last observation, because a rollback or a hook's delete policy
 * removes the objects that failed, and ends the wait once an object cannot become ready any more.
 */
export class ReadyWatch {
  readonly #options: ReadyWatchOptions;
  readonly #startedAt = Date.now();
  readonly #ended = new AbortController();
  readonly #loop: Promise<void>;
  #lastObservation: Observation | undefined;
  #terminalKey = "";
  #lackingCount = 0;
  #hasGivenUp = false;

  constructor(options: ReadyWatchOptions) {
    this.#options = options;
    // The operation fails for the same reason as an observation, with a better message.
    this.#loop = this.#watch().catch(() => undefined);
  }

  /** The last observation before the operation ended; `undefined` when it ended before the first one. */
  get lastObservation(): Observation | undefined {
    return this.#lastObservation;
  }

  get hasGivenUp(): boolean {
    return this.#hasGivenUp;
  }

  /** Ends the watch. Resolves when no observation is under way. */
  async end(): Promise<void> {
    this.#ended.abort();
    await this.#loop;
  }

  /** Observes the release now. */
  async observe(info: HelmRelease, signal?: AbortSignal): Promise<Observation> {
    const { plane, namespace } = this.#options;
    const refs = await watchedRefs(plane, info, this.#options);
    const snapshot = await takeSnapshot(plane.kube, refs, namespace, signal);
    const roots = snapshot.roots.filter(({ ref, object }) => isOfOperation(ref as WatchedRef, object, this.#startedAt));
    const notReady = diagnose(
      { ...snapshot, roots },
      (ref) => (ref as WatchedRef).mustComplete,
    ) as Observation["notReady"];
    const isComplete = snapshot.roots.every(({ ref, object }) => (ref as WatchedRef).isHook || object !== undefined);
    const ended = this.#options.step === "uninstall" ? endDeletedAccounts(notReady) : notReady;
    return { info, isComplete, notReady: isComplete ? endUnusedClaims(ended) : ended };
  }

  async #watch(): Promise<void> {
    const { signal } = this.#ended;
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 1.1)) {
      await delay(pauseMs, undefined, { signal });
      const info = await this.#status(signal);
      if (info === undefined) continue;
      const observation = await this.observe(info, signal);
      // A rollback that started in the meantime has removed the objects.
      if ((await this.#status(signal)) === undefined) continue;
      this.#lastObservation = observation;
      if (this.#isPointless(observation) || this.#lacksForGood(observation)) await this.#giveUp(signal);
    }
  }

  async #status(signal: AbortSignal): Promise<HelmRelease | undefined> {
    const { plane, namespace, releaseName, isInOperation } = this.#options;
    try {
      const info = await plane.helm.status({ namespace, releaseName }, { signal });
      return isInOperation(info) ? info : undefined;
    } catch (error) {
      if (isReleaseNotFound(error)) return undefined;
      throw error;
    }
  }

  // Observed twice: controllers may be about to try again.
  #isPointless({ notReady }: Observation): boolean {
    const key = JSON.stringify(notReady.filter(({ isTerminal }) => isTerminal).map(({ ref }) => [ref.kind, ref.name]));
    const isSeenAgain = key !== "[]" && key === this.#terminalKey;
    this.#terminalKey = key;
    return isSeenAgain;
  }

  // Observed often: a reference is assumed to exist only a moment after the simulated container that may create it ended.
  #lacksForGood({ notReady, isComplete }: Observation): boolean {
    const isExpected = isComplete || notReady.some(({ ref }) => ref.isHook);
    const lacks = this.#options.isAlone === true && isExpected && notReady.length > 0 && notReady.every(lacksReference);
    this.#lackingCount = lacks ? this.#lackingCount + 1 : 0;
    return this.#lackingCount >= LACKING_OBSERVATIONS_MAX_COUNT;
  }

  async #giveUp(signal: AbortSignal): Promise<void> {
    const { plane, namespace, releaseName } = this.#options;
    this.#hasGivenUp = true;
    await plane.helm.giveUp({ namespace, releaseName }, { signal });
    this.#ended.abort();
  }
}

// An uninstall creates no ServiceAccount again.
function endDeletedAccounts(notReady: Observation["notReady"]): Observation["notReady"] {
  return notReady.map((item) => (missingAccount(item) === undefined ? item : { ...item, isTerminal: true }));
}

// When all objects of the release exist and only such claims are not ready, nothing will use the claims any more.
function endUnusedClaims(notReady: Observation["notReady"]): Observation["notReady"] {
  const isPointless = notReady.every((item) => !item.ref.isHook && isUnusedClaim(item));
  return isPointless ? notReady.map((item) => ({ ...item, isTerminal: true })) : notReady;
}
