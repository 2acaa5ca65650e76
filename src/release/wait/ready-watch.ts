import { setTimeout as delay } from "node:timers/promises";
import { isReleaseNotFound } from "../../helm/helm-error.ts";
import type { HelmRelease } from "../../helm/types.ts";
import type { ObjectRef } from "../../kube/object-ref.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { diagnose, isUnusedClaim, lacksReference } from "../../readiness/diagnose.ts";
import { takeSnapshot } from "../../readiness/snapshot.ts";
import { mapLimit } from "../../util/map-limit.ts";
import { bindLaterClaims } from "./bind-claims.ts";
import { judgeCauses, type WatchedNotReady } from "./judge-causes.ts";
import { isOfOperation, type WatchedOperation, type WatchedRef, watchedRefs } from "./watched-refs.ts";

const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 1000;
const LACKING_OBSERVATIONS_MAX_COUNT = 8;
const CONCURRENCY = 8;

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
  /** How long each wait of the operation may take, in milliseconds. */
  timeoutMs: number;
}

/** The objects that were not ready at one moment of an operation. */
export interface Observation {
  info: HelmRelease;
  notReady: WatchedNotReady[];
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
    const { plane, namespace, timeoutMs, isAlone = false } = this.#options;
    const refs = await watchedRefs(plane, info, this.#options);
    const snapshot = await takeSnapshot(plane.kube, refs, namespace, signal);
    const roots = snapshot.roots.filter(({ ref, object }) => isOfOperation(ref as WatchedRef, object, this.#startedAt));
    const contextOf = (ref: ObjectRef) => ({ mustComplete: (ref as WatchedRef).mustComplete, timeoutMs });
    const found = diagnose({ ...snapshot, roots }, contextOf) as WatchedNotReady[];
    const isComplete = snapshot.roots.every(({ ref, object }) => (ref as WatchedRef).isHook || object !== undefined);
    const context = { kube: plane.kube, info, namespace, isComplete, isAlone, signal };
    const notReady = await mapLimit(found, CONCURRENCY, (item) => judgeCauses(item, context));
    if (!isComplete) return { info, isComplete, notReady };
    const node = snapshot.nodes[0]?.metadata.name;
    const bound = await bindLaterClaims(notReady, { kube: plane.kube, info, node, signal });
    return { info, isComplete, notReady: bound.size > 0 ? notReady : endUnusedClaims(notReady) };
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

// When all objects of the release exist and only such claims are not ready, nothing will use the claims any more.
function endUnusedClaims(notReady: Observation["notReady"]): Observation["notReady"] {
  const isPointless = notReady.every((item) => !item.ref.isHook && isUnusedClaim(item));
  return isPointless ? notReady.map((item) => ({ ...item, isTerminal: true })) : notReady;
}
