import type { JsonObject } from "../errors/seatrial-error.ts";
import type {
  HelmChartRequest,
  HelmDependency,
  HelmInfo,
  HelmInstallRequest,
  HelmLintAnswer,
  HelmLintRequest,
  HelmRelease,
  HelmReleaseRequest,
  HelmRollbackRequest,
  HelmTemplateAnswer,
  HelmTemplateRequest,
  HelmTestAnswer,
  HelmTestRequest,
  HelmUninstallAnswer,
  HelmUninstallRequest,
  HelmUpgradeRequest,
} from "./types.ts";

/** What every call takes. */
export interface HelmCallOptions {
  /** Cancels the call, here and in Helm: it rejects with `SEATRIAL_CANCELLED`. */
  signal?: AbortSignal | undefined;
}

/** How a lock is asked for. */
export interface HelmLockOptions extends HelmCallOptions {
  /** Owns the lock together with others who ask for it so. @default false: alone */
  shared?: boolean | undefined;
}

/** A named lock that is held until it is released; it also ends with its process. */
export interface HelmLock extends AsyncDisposable {
  readonly name: string;
  /** Gives the lock to the next one who waits. Safe to call twice. */
  release(): Promise<void>;
}

/**
 * Helm's verbs. Each call rejects with a `HelmError` when Helm refuses (the chart is wrong or the cluster said no), with
 * `SEATRIAL_ENGINE_EXITED` when the engine has ended, `SEATRIAL_ENGINE_SERVICE` when it cannot be reached, and
 * `SEATRIAL_CANCELLED` when the signal aborts.
 */
export interface HelmDriver {
  lint(request: HelmLintRequest, options?: HelmCallOptions): Promise<HelmLintAnswer>;
  template(request: HelmTemplateRequest, options?: HelmCallOptions): Promise<HelmTemplateAnswer>;
  install(request: HelmInstallRequest, options?: HelmCallOptions): Promise<HelmRelease>;
  upgrade(request: HelmUpgradeRequest, options?: HelmCallOptions): Promise<HelmRelease>;
  rollback(request: HelmRollbackRequest, options?: HelmCallOptions): Promise<HelmRelease>;
  uninstall(request: HelmUninstallRequest, options?: HelmCallOptions): Promise<HelmUninstallAnswer>;
  test(request: HelmTestRequest, options?: HelmCallOptions): Promise<HelmTestAnswer>;
  status(request: HelmReleaseRequest & { revision?: number }, options?: HelmCallOptions): Promise<HelmRelease>;
  /**
   * Ends the waits of what is being done to a release, which fails then as if its time were up; a rollback on failure
   * still runs. Resolves with the number of operations that were found.
   */
  giveUp(request: HelmReleaseRequest, options?: HelmCallOptions): Promise<number>;
  /** Revisions of a release, oldest first. */
  history(request: HelmReleaseRequest & { max?: number }, options?: HelmCallOptions): Promise<HelmRelease[]>;
  getValues(
    request: HelmReleaseRequest & { all?: boolean; revision?: number },
    options?: HelmCallOptions,
  ): Promise<JsonObject>;
  getManifest(request: HelmReleaseRequest & { revision?: number }, options?: HelmCallOptions): Promise<string>;
  getNotes(request: HelmReleaseRequest & { revision?: number }, options?: HelmCallOptions): Promise<string>;
  dependencyList(request: Pick<HelmChartRequest, "chart">, options?: HelmCallOptions): Promise<HelmDependency[]>;
  /** Fetches the dependencies that Chart.lock names; resolves with what Helm printed. */
  dependencyBuild(
    request: Pick<HelmChartRequest, "chart"> & { skipRefresh?: boolean },
    options?: HelmCallOptions,
  ): Promise<string>;
  /**
   * Waits for the lock of this name, in the order of the requests of all processes that use the same engine: until nobody
   * else owns it or, when it is `shared`, until nobody owns it alone.
   */
  lock(name: string, options?: HelmLockOptions): Promise<HelmLock>;
  info(options?: HelmCallOptions): Promise<HelmInfo>;
  /** Closes idle connections; the engine goes on. */
  close(): void;
}
