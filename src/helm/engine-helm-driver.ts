import { type JsonObject, SeatrialError } from "../errors/seatrial-error.ts";
import type { HelmCallOptions, HelmDriver, HelmLock, HelmLockOptions } from "./driver.ts";
import type { HelmErrorBody } from "./error-types.ts";
import { HelmError } from "./helm-error.ts";
import { SocketClient, type SocketClientOptions, type ToError } from "./socket-client.ts";
import type * as helm from "./types.ts";

/** Helm as the library inside the engine, over its unix socket: charts stay in memory between calls. */
export class EngineHelmDriver implements HelmDriver {
  readonly #client: SocketClient;

  constructor(options: SocketClientOptions) {
    this.#client = new SocketClient(options);
  }

  lint(request: helm.HelmLintRequest, options?: HelmCallOptions): Promise<helm.HelmLintAnswer> {
    return this.#ask("lint", request, options);
  }

  template(request: helm.HelmTemplateRequest, options?: HelmCallOptions): Promise<helm.HelmTemplateAnswer> {
    return this.#ask("template", request, options);
  }

  async install(request: helm.HelmInstallRequest, options?: HelmCallOptions): Promise<helm.HelmRelease> {
    return (await this.#ask<{ release: helm.HelmRelease }>("install", request, options)).release;
  }

  async upgrade(request: helm.HelmUpgradeRequest, options?: HelmCallOptions): Promise<helm.HelmRelease> {
    return (await this.#ask<{ release: helm.HelmRelease }>("upgrade", request, options)).release;
  }

  async rollback(request: helm.HelmRollbackRequest, options?: HelmCallOptions): Promise<helm.HelmRelease> {
    return (await this.#ask<{ release: helm.HelmRelease }>("rollback", request, options)).release;
  }

  uninstall(request: helm.HelmUninstallRequest, options?: HelmCallOptions): Promise<helm.HelmUninstallAnswer> {
    return this.#ask("uninstall", request, options);
  }

  test(request: helm.HelmTestRequest, options?: HelmCallOptions): Promise<helm.HelmTestAnswer> {
    return this.#ask("test", request, options);
  }

  async status(
    request: helm.HelmReleaseRequest & { revision?: number },
    options?: HelmCallOptions,
  ): Promise<helm.HelmRelease> {
    return (await this.#ask<{ release: helm.HelmRelease }>("status", request, options)).release;
  }

  async giveUp(request: helm.HelmReleaseRequest, options?: HelmCallOptions): Promise<number> {
    return (await this.#ask<{ operations: number }>("give-up", request, options)).operations;
  }

  async history(
    request: helm.HelmReleaseRequest & { max?: number },
    options?: HelmCallOptions,
  ): Promise<helm.HelmRelease[]> {
    return (await this.#ask<{ releases: helm.HelmRelease[] }>("history", request, options)).releases;
  }

  async getValues(
    request: helm.HelmReleaseRequest & { all?: boolean; revision?: number },
    options?: HelmCallOptions,
  ): Promise<JsonObject> {
    return (await this.#ask<{ values: JsonObject }>("get-values", request, options)).values;
  }

  async getManifest(
    request: helm.HelmReleaseRequest & { revision?: number },
    options?: HelmCallOptions,
  ): Promise<string> {
    return (await this.#ask<{ manifest: string }>("get-manifest", request, options)).manifest;
  }

  async getNotes(request: helm.HelmReleaseRequest & { revision?: number }, options?: HelmCallOptions): Promise<string> {
    return (await this.#ask<{ notes: string }>("get-notes", request, options)).notes;
  }

  async dependencyList(
    request: Pick<helm.HelmChartRequest, "chart">,
    options?: HelmCallOptions,
  ): Promise<helm.HelmDependency[]> {
    return (await this.#ask<{ dependencies: helm.HelmDependency[] }>("dependency-list", request, options)).dependencies;
  }

  async dependencyBuild(
    request: Pick<helm.HelmChartRequest, "chart"> & { skipRefresh?: boolean },
    options?: HelmCallOptions,
  ): Promise<string> {
    return (await this.#ask<{ output: string }>("dependency-build", request, options)).output;
  }

  async lock(name: string, { shared = false, signal }: HelmLockOptions = {}): Promise<HelmLock> {
    const answer = await this.#client.hold("/v1/lock", { name, shared }, signal);
    // The engine lets go of the lock when it sees the connection close; an error then has nothing more to say.
    answer.on("error", () => undefined);
    if (answer.statusCode !== 200) {
      answer.destroy();
      throw new SeatrialError("SEATRIAL_ENGINE_SERVICE", `The lock ${name} was refused: HTTP ${answer.statusCode}`);
    }
    const release = async () => {
      answer.destroy();
    };
    return { name, release, [Symbol.asyncDispose]: release };
  }

  info(options?: HelmCallOptions): Promise<helm.HelmInfo> {
    return this.#ask("info", undefined, options);
  }

  close(): void {
    this.#client.close();
  }

  #ask<Answer>(verb: string, request: object | undefined, options: HelmCallOptions = {}): Promise<Answer> {
    return this.#client.ask<Answer>(`/v1/${verb}`, request, toHelmError(verb), options.signal);
  }
}

function toHelmError(verb: string): ToError {
  return (statusCode, { error: body, ...beside }) =>
    typeof body === "object" && body !== null
      ? new HelmError(verb, body as unknown as HelmErrorBody, beside)
      : new SeatrialError("SEATRIAL_ENGINE_SERVICE", `The engine answered ${verb} with HTTP ${statusCode}`);
}
