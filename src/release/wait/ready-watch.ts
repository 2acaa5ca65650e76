import { setTimeout as delay } from "node:timers/promises";
import { isReleaseNotFound } from "../../helm/helm-error.ts";
import type { HelmRelease } from "../../helm/types.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { explain, isUnusedClaim, lacksReference, type NotReady } from "../../readiness/explain.ts";
import { takeSnapshot } from "../../readiness/snapshot.ts";
import { isOfOperation, type WatchedRef, type WatchScope, watchedRefs } from "./watched-refs.ts";

const FIRST_LOOK_MS = 250;
const MAX_PAUSE_MS = 1000;
const LACKING_LOOKS_MAX_COUNT = 8;

/** What is watched and while what. */
export interface ReadyWatchOptions extends WatchScope {
  plane: ControlPlane;
  namespace: string;
  releaseName: string;
  /** Whether the release is still in the operation; the rollback of a failed one is another. */
  isInOperation: (info: HelmRelease) => boolean;
  /**
   * Nobody makes objects but Helm and the control plane, so that a Secret or ConfigMap which a Pod needs, and which is
   * not there after all that Helm makes, never will be. @default false
   */
  isAlone?: boolean | undefined;
}

/** What was not ready at one moment of an operation. */
export interface Sight {
  info: HelmRelease;
  notReady: (NotReady & { ref: WatchedRef })[];
  /** Whether all objects of the manifest are there. */
  isAllMade: boolean;
}

/**
 * Looks at a release while Helm works on it. It remembers the last sight, since a rollback or a hook's delete policy
 * removes what failed, and gives the wait up once an object cannot become ready any more.
 */
export class ReadyWatch {
  readonly #options: ReadyWatchOptions;
  readonly #startedAt = Date.now();
  readonly #ended = new AbortController();
  readonly #loop: Promise<void>;
  #lastSight: Sight | undefined;
  #terminalKey = "";
  #lackingLooksCount = 0;
  #hasGivenUp = false;

  constructor(options: ReadyWatchOptions) {
    this.#options = options;
    // What a look fails with, the operation fails with too, and tells better.
    this.#loop = this.#watch().catch(() => undefined);
  }

  /** What was last seen before the operation ended; `undefined` when it was over before the first look. */
  get lastSight(): Sight | undefined {
    return this.#lastSight;
  }

  get hasGivenUp(): boolean {
    return this.#hasGivenUp;
  }

  /** Ends the watch. Resolves when no look is under way. */
  async end(): Promise<void> {
    this.#ended.abort();
    await this.#loop;
  }

  /** Looks now. Resolves with `undefined` when the release is not in the operation. */
  async look(info: HelmRelease, signal?: AbortSignal): Promise<Sight> {
    const { plane, namespace } = this.#options;
    const refs = await watchedRefs(plane, info, this.#options);
    const snapshot = await takeSnapshot(plane.kube, refs, namespace, signal);
    const roots = snapshot.roots.filter(({ ref, object }) => isOfOperation(ref as WatchedRef, object, this.#startedAt));
    const notReady = explain({ ...snapshot, roots }, (ref) => (ref as WatchedRef).mustComplete) as Sight["notReady"];
    const isAllMade = snapshot.roots.every(({ ref, object }) => (ref as WatchedRef).isHook || object !== undefined);
    return { info, isAllMade, notReady: isAllMade ? endUnusedClaims(notReady) : notReady };
  }

  async #watch(): Promise<void> {
    const { signal } = this.#ended;
    for (let pauseMs = FIRST_LOOK_MS; !signal.aborted; pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 1.1)) {
      await delay(pauseMs, undefined, { signal });
      const info = await this.#status(signal);
      if (info === undefined) continue;
      const sight = await this.look(info, signal);
      // A rollback that began meanwhile has taken away what is looked for.
      if ((await this.#status(signal)) === undefined) continue;
      this.#lastSight = sight;
      if (this.#isInVain(sight) || this.#lacksForGood(sight)) await this.#giveUp(signal);
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

  // Seen twice: controllers may be about to try again.
  #isInVain({ notReady }: Sight): boolean {
    const key = JSON.stringify(notReady.filter(({ isTerminal }) => isTerminal).map(({ ref }) => [ref.kind, ref.name]));
    const isSeenAgain = key !== "[]" && key === this.#terminalKey;
    this.#terminalKey = key;
    return isSeenAgain;
  }

  // Seen often: what simulated containers may have made is taken as there a moment after they have ended.
  #lacksForGood({ notReady, isAllMade }: Sight): boolean {
    const isWaitedFor = isAllMade || notReady.some(({ ref }) => ref.isHook);
    const lacks =
      this.#options.isAlone === true && isWaitedFor && notReady.length > 0 && notReady.every(lacksReference);
    this.#lackingLooksCount = lacks ? this.#lackingLooksCount + 1 : 0;
    return this.#lackingLooksCount >= LACKING_LOOKS_MAX_COUNT;
  }

  async #giveUp(signal: AbortSignal): Promise<void> {
    const { plane, namespace, releaseName } = this.#options;
    this.#hasGivenUp = true;
    await plane.helm.giveUp({ namespace, releaseName }, { signal });
    this.#ended.abort();
  }
}

// When all that Helm makes is there, and ready but for such claims, nobody is left who could use them.
function endUnusedClaims(notReady: Sight["notReady"]): Sight["notReady"] {
  const isInVain = notReady.every((item) => !item.ref.isHook && isUnusedClaim(item));
  return isInVain ? notReady.map((item) => ({ ...item, isTerminal: true })) : notReady;
}
