import { type EngineCallOptions, type EngineClient, type ToError, toEngineError } from "../engine/engine-client.ts";
import { type Impersonation, impersonationHeaders } from "../kube/impersonation.ts";
import type { HelmDependency } from "./dependency.ts";
import type { HelmErrorBody } from "./error-types.ts";
import { HelmError } from "./helm-error.ts";
import type { HelmTestAnswer, HelmTestRequest } from "./test-types.ts";
import type * as helm from "./types.ts";
import type { HelmMajor } from "./types.ts";

/**
 * Helm's verbs, run by one of the two Helms inside the engine. Each call rejects with a `HelmError` when Helm fails (the chart is wrong
 * or the API server rejected an object), and otherwise as every call of an {@link EngineClient} does.
 */
export class HelmClient {
  readonly #engine: EngineClient;
  /** The major version. */
  readonly major: HelmMajor;
  /** The user as whom Helm works; `undefined` for the control plane's administrator. */
  readonly deployer: Impersonation | undefined;

  constructor(engine: EngineClient, major: HelmMajor = 4, deployer?: Impersonation) {
    this.#engine = engine;
    this.major = major;
    this.deployer = deployer;
  }

  /** The same Helm, which works as a user or, without one, as the administrator. */
  as(deployer: Impersonation | undefined): HelmClient {
    return new HelmClient(this.#engine, this.major, deployer);
  }

  /** The path of a Helm program; `undefined` for the Helms inside the engine. */
  get path(): string | undefined {
    return undefined;
  }

  /** Such as `v4.3.1`. */
  async version(options?: EngineCallOptions): Promise<string> {
    const { helm, helm3 } = await this.#engine.info(options);
    return this.major === 3 ? helm3 : helm;
  }

  lint(request: helm.HelmLintRequest, options?: EngineCallOptions): Promise<helm.HelmLintAnswer> {
    return this.#ask("lint", request, options);
  }

  template(request: helm.HelmTemplateRequest, options?: EngineCallOptions): Promise<helm.HelmTemplateAnswer> {
    return this.#ask("template", request, options);
  }

  async install(request: helm.HelmInstallRequest, options?: EngineCallOptions): Promise<helm.HelmRelease> {
    return (await this.#ask<{ release: helm.HelmRelease }>("install", request, options)).release;
  }

  async upgrade(request: helm.HelmUpgradeRequest, options?: EngineCallOptions): Promise<helm.HelmRelease> {
    return (await this.#ask<{ release: helm.HelmRelease }>("upgrade", request, options)).release;
  }

  async rollback(request: helm.HelmRollbackRequest, options?: EngineCallOptions): Promise<helm.HelmRelease> {
    return (await this.#ask<{ release: helm.HelmRelease }>("rollback", request, options)).release;
  }

  uninstall(request: helm.HelmUninstallRequest, options?: EngineCallOptions): Promise<helm.HelmUninstallAnswer> {
    return this.#ask("uninstall", request, options);
  }

  test(request: HelmTestRequest, options?: EngineCallOptions): Promise<HelmTestAnswer> {
    return this.#ask("test", request, options);
  }

  async status(
    request: helm.HelmReleaseRequest & { revision?: number },
    options?: EngineCallOptions,
  ): Promise<helm.HelmRelease> {
    return (await this.#ask<{ release: helm.HelmRelease }>("status", request, options)).release;
  }

  /**
   * Ends the waits of the operations on a release, which then fail as if their time limit had passed; a rollback on failure
   * still runs. Resolves with the number of these operations.
   */
  async giveUp(request: helm.HelmReleaseRequest, options?: EngineCallOptions): Promise<number> {
    return (await this.#ask<{ operations: number }>("give-up", request, options)).operations;
  }

  /** The revisions of a release, oldest first. */
  async history(
    request: helm.HelmReleaseRequest & { max?: number },
    options?: EngineCallOptions,
  ): Promise<helm.HelmRelease[]> {
    return (await this.#ask<{ releases: helm.HelmRelease[] }>("history", request, options)).releases;
  }

  async dependencyList(
    request: Pick<helm.HelmChartRequest, "chart">,
    options?: EngineCallOptions,
  ): Promise<HelmDependency[]> {
    return (await this.#ask<{ dependencies: HelmDependency[] }>("dependency-list", request, options)).dependencies;
  }

  /** Fetches the dependencies that Chart.lock names; resolves with Helm's output. */
  async dependencyBuild(
    request: Pick<helm.HelmChartRequest, "chart"> & { skipRefresh?: boolean },
    options?: EngineCallOptions,
  ): Promise<string> {
    return (await this.#ask<{ output: string }>("dependency-build", request, options)).output;
  }

  /** What the engine makes of an error that a Helm program has printed about a release. */
  async explain(
    request: helm.HelmReleaseRequest & { message: string },
    options?: EngineCallOptions,
  ): Promise<HelmErrorBody> {
    return (await this.#ask<{ error: HelmErrorBody }>("explain", request, options)).error;
  }

  #ask<Answer>(verb: string, request: object, options: EngineCallOptions = {}): Promise<Answer> {
    const versioned = this.major === 4 || verb.startsWith("dependency-") ? request : { ...request, helm: this.major };
    const headers = impersonationHeaders(this.deployer);
    return this.#engine.ask<Answer>(verb, versioned, { ...options, headers, toError: toHelmError(verb) });
  }
}

function toHelmError(verb: string): ToError {
  return (statusCode, answer) => {
    const { error: body, ...rest } = answer;
    if (typeof body !== "object" || body === null) return toEngineError(verb, statusCode, answer);
    return new HelmError(verb, body as unknown as HelmErrorBody, rest);
  };
}
