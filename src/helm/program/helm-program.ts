import type { EngineCallOptions, EngineClient } from "../../engine/engine-client.ts";
import { SeatrialError } from "../../errors/seatrial-error.ts";
import { UsageError } from "../../errors/usage-error.ts";
import type { Impersonation } from "../../kube/impersonation.ts";
import { type ProgramResult, runProgram } from "../../process/run-program.ts";
import { makeTempDir } from "../../process/temp-dir.ts";
import { HelmClient } from "../helm-client.ts";
import { HelmError } from "../helm-error.ts";
import type * as helm from "../types.ts";
import {
  installArguments,
  type ProgramVerb,
  rollbackArguments,
  templateArguments,
  uninstallArguments,
  upgradeArguments,
} from "./program-arguments.ts";
import { readTemplateOutput } from "./program-documents.ts";
import { programEnvironment } from "./program-environment.ts";
import type { HelmProgramVersion } from "./program-version.ts";

/** A program, and the cluster that it works on. */
export interface HelmProgramOptions extends HelmProgramVersion {
  engine: EngineClient;
  path: string;
  kubeconfigPath: string;
  /** The user as whom it works. @default the user of the kubeconfig */
  deployer?: Impersonation | undefined;
}

// Helm marks its release as failed when it is asked to end.
const STOP_TIMEOUT_MS = 10_000;

/**
 * A Helm program of the user. It renders, installs, upgrades, rolls back and uninstalls, one process for each call, with
 * directories of its own. Everything else (lint rules, tests, the storage of releases) is the engine's Helm of the same major
 * version: both read the same storage.
 */
export class HelmProgram extends HelmClient {
  readonly #options: HelmProgramOptions;
  readonly #running = new Map<AbortController, string>();

  constructor(options: HelmProgramOptions) {
    super(options.engine, options.major, options.deployer);
    this.#options = options;
  }

  override as(deployer: Impersonation | undefined): HelmProgram {
    return new HelmProgram({ ...this.#options, deployer });
  }

  override get path(): string {
    return this.#options.path;
  }

  override version(): Promise<string> {
    return Promise.resolve(this.#options.version);
  }

  override async template(
    request: helm.HelmTemplateRequest,
    options?: EngineCallOptions,
  ): Promise<helm.HelmTemplateAnswer> {
    const { releaseName = "release-name", namespace = "default" } = request;
    // What an installation renders depends on the cluster; the program shows it only after the installation.
    if (request.forRelease === true || request.dryRun === "server") return super.template(request, options);
    const names = { releaseName, namespace };
    const { stdout } = await this.#run("template", names, templateArguments(request), options);
    const rest = await super.template(request, options);
    return { ...rest, ...readTemplateOutput(stdout) };
  }

  override async install(request: helm.HelmInstallRequest, options?: EngineCallOptions): Promise<helm.HelmRelease> {
    const args = [...installArguments(request, this.major), "--output=json"];
    return this.#change("install", namesOf(request), args, options);
  }

  override async upgrade(request: helm.HelmUpgradeRequest, options?: EngineCallOptions): Promise<helm.HelmRelease> {
    const args = [...upgradeArguments(request, this.major), "--output=json"];
    return this.#change("upgrade", namesOf(request), args, options);
  }

  override async rollback(request: helm.HelmRollbackRequest, options?: EngineCallOptions): Promise<helm.HelmRelease> {
    await this.#run("rollback", request, rollbackArguments(request, this.major), options);
    return this.status(namesOf(request), options);
  }

  override async uninstall(
    request: helm.HelmUninstallRequest,
    options?: EngineCallOptions,
  ): Promise<helm.HelmUninstallAnswer> {
    const { stdout } = await this.#run("uninstall", request, uninstallArguments(request, this.major), options);
    return { info: stdout };
  }

  /** Asks the processes that work on the release to end. */
  override async giveUp(request: helm.HelmReleaseRequest): Promise<number> {
    const key = keyOf(request);
    const found = [...this.#running].filter(([, running]) => running === key);
    for (const [controller] of found) controller.abort();
    return found.length;
  }

  async #change(
    verb: "install" | "upgrade",
    names: helm.HelmReleaseRequest,
    args: string[],
    options: EngineCallOptions | undefined,
  ): Promise<helm.HelmRelease> {
    const { stdout } = await this.#run(verb, names, args, options);
    return this.status({ ...names, revision: revisionIn(stdout) }, options);
  }

  async #run(
    verb: ProgramVerb,
    names: helm.HelmReleaseRequest,
    args: string[],
    { signal }: EngineCallOptions = {},
  ): Promise<ProgramResult> {
    await using directory = await makeTempDir("seatrial-helm-");
    const { path, kubeconfigPath } = this.#options;
    const controller = new AbortController();
    const stop = signal === undefined ? controller.signal : AbortSignal.any([controller.signal, signal]);
    const cluster = [`--namespace=${names.namespace}`, `--kubeconfig=${kubeconfigPath}`, ...userFlags(this.deployer)];
    this.#running.set(controller, keyOf(names));
    try {
      const result = await runProgram(path, [...args, ...cluster], {
        env: await programEnvironment(directory.path),
        cwd: directory.path,
        stop,
        stopTimeoutMs: STOP_TIMEOUT_MS,
      });
      if (result.exitCode === 0) return result;
      throw await this.#failure(verb, names, result, {
        isCancelled: signal?.aborted === true,
        isGivenUp: stop.aborted,
      });
    } finally {
      this.#running.delete(controller);
    }
  }

  async #failure(
    verb: ProgramVerb,
    names: helm.HelmReleaseRequest,
    { stderr, problem, signal, exitCode }: ProgramResult,
    { isCancelled, isGivenUp }: { isCancelled: boolean; isGivenUp: boolean },
  ): Promise<Error> {
    if (problem !== undefined) return new UsageError(`${this.path} cannot be started: ${problem}`);
    if (isCancelled) return new SeatrialError("SEATRIAL_CANCELLED", `helm ${verb} was cancelled by its caller`);
    const message = errorIn(stderr) ?? (signal === undefined ? `exit code ${exitCode}` : `it was ended by ${signal}`);
    const { releaseName, namespace } = names;
    const body = await this.explain({ releaseName, namespace, message });
    return new HelmError(verb, isGivenUp ? { ...body, code: "given-up" } : body);
  }
}

function userFlags(deployer: Impersonation | undefined): string[] {
  if (deployer === undefined) return [];
  const { user, groups = [] } = deployer;
  return [`--kube-as-user=${user}`, ...groups.map((group) => `--kube-as-group=${group}`)];
}

function namesOf({ namespace = "default", releaseName = "" }: helm.HelmChartRequest | helm.HelmReleaseRequest) {
  return { namespace, releaseName };
}

function keyOf({ namespace, releaseName }: helm.HelmReleaseRequest): string {
  return `${namespace}/${releaseName}`;
}

function revisionIn(stdout: string): number {
  try {
    return (JSON.parse(stdout) as { version?: number }).version ?? 0;
  } catch {
    // The newest revision.
    return 0;
  }
}

// Lines before it are warnings, and the messages of a Helm that logs.
function errorIn(stderr: string): string | undefined {
  const index = stderr.search(/^Error: /m);
  const text = index === -1 ? stderr : stderr.slice(index + "Error: ".length);
  return text.trim() === "" ? undefined : text.trim();
}
