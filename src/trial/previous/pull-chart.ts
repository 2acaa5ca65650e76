import { mkdir, readdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { SeatrialError } from "../../errors/seatrial-error.ts";
import { UsageError } from "../../errors/usage-error.ts";
import { askProgram } from "../../process/ask-program.ts";
import { makeTempDir } from "../../process/temp-dir.ts";
import type { RemoteChart } from "./remote-chart.ts";

// An index of a large repository has 20 MB; Helm itself would wait for two minutes.
const TIMEOUT_MS = 60_000;

/** Where charts are pulled from, and with what. */
export interface PullOptions {
  /** Provides the path of an engine: it is Helm. */
  engine: () => Promise<string>;
  /** The file with the URLs of named repositories, Helm's repositories.yaml. @default none */
  repositoryConfig?: string | undefined;
  /** The file with the logins of registries. @default none: without a login */
  registryConfig?: string | undefined;
  /** How the caller names these files, and the chart, in hints. @default as the command does */
  words?: PullWords | undefined;
}

/** How a caller names the inputs of a pull, for hints. */
export interface PullWords {
  repositoryConfig: string;
  registryConfig: string;
  from(chart: string): string;
}

const ofCommand: PullWords = {
  repositoryConfig: "--repository-config FILE",
  registryConfig: "--registry-config FILE",
  from: (chart) => `--from ${chart}`,
};

/** An archive in a directory that disposing removes. */
export interface PulledChart extends AsyncDisposable {
  path: string;
}

/**
 * Pulls a chart with the engine's Helm into a temporary directory. Helm's own directories are private to the call: what the user
 * has configured is read only where the options name it. Rejects with `SEATRIAL_USAGE` when there is no such chart or version, and
 * with `SEATRIAL_NOT_CHECKED` when it cannot be reached. `what` begins errors: `--from oci://…`.
 */
export async function pullChart(remote: RemoteChart, what: string, options: PullOptions): Promise<PulledChart> {
  if (remote.kind === "named" && options.repositoryConfig === undefined) throw unnamed(remote, what, options);
  const enginePath = await options.engine();
  const directory = await makeTempDir("seatrial-pull-");
  try {
    const helm = join(directory.path, process.platform === "win32" ? "helm.exe" : "helm");
    await symlink(enginePath, helm);
    const target = join(directory.path, "chart");
    await mkdir(target);
    const env = environment(directory.path);
    const ask = async (args: readonly string[]) => {
      const { problem } = await askProgram(helm, args, { timeoutMs: TIMEOUT_MS, env });
      if (problem !== undefined) throw explain(problem, what, remote, options);
    };
    const configs = toConfigFlags(options);
    if (remote.kind === "named") await ask(["repo", "update", remote.repository, ...configs]);
    await ask(["pull", ...toArguments(remote), "--destination", target, ...configs]);
    const [archive] = (await readdir(target)).filter((name) => /\.(?:tgz|tar\.gz)$/.test(name));
    if (archive === undefined) throw explain("Helm has written no archive", what, remote, options);
    return { path: join(target, archive), [Symbol.asyncDispose]: directory[Symbol.asyncDispose] };
  } catch (error) {
    await directory.remove();
    throw error;
  }
}

function toArguments(remote: RemoteChart): string[] {
  const version = remote.version === undefined ? [] : ["--version", remote.version];
  switch (remote.kind) {
    case "oci":
      return [remote.ref, ...version, ...(isLoopback(remote.host) ? ["--plain-http"] : [])];
    case "archive":
      return [remote.url];
    case "url":
      return [remote.chart, "--repo", remote.repository, ...version];
    default:
      return [`${remote.repository}/${remote.chart}`, ...version];
  }
}

function toConfigFlags({ repositoryConfig, registryConfig }: PullOptions): string[] {
  return [
    ...(repositoryConfig === undefined ? [] : ["--repository-config", resolve(repositoryConfig)]),
    ...(registryConfig === undefined ? [] : ["--registry-config", resolve(registryConfig)]),
  ];
}

// As for Docker, a registry of this machine needs no certificate.
function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/.test(host);
}

function environment(directory: string): Record<string, string | undefined> {
  const users = ["REPOSITORY_CONFIG", "REPOSITORY_CACHE", "REGISTRY_CONFIG", "CONTENT_CACHE", "PLUGINS", "DEBUG"];
  return {
    ...Object.fromEntries(users.map((name) => [`HELM_${name}`, undefined])),
    HELM_CACHE_HOME: join(directory, "cache"),
    HELM_CONFIG_HOME: join(directory, "config"),
    HELM_DATA_HOME: join(directory, "data"),
    // Helm would also use the logins of Docker.
    DOCKER_CONFIG: join(directory, "docker"),
    KUBECONFIG: join(directory, "no-cluster"),
  };
}

function unnamed(
  { repository, chart, version = "VERSION" }: RemoteChart & { kind: "named" },
  what: string,
  { words = ofCommand }: PullOptions,
): UsageError {
  return new UsageError(
    `${what}: nothing exists at this path, and no file says where the repository ${repository} is`,
    {
      hint: `add ${words.repositoryConfig} with Helm's repositories.yaml, or name the repository's URL: ${words.from(`https://HOST/PATH/${chart}@${version}`)}`,
    },
  );
}

const absent =
  /not found|\b404\b|no chart version|no chart name|Unable to locate any tags|no cached repo|no repositories found/i;
const refused = /\b40[13]\b|unauthorized|denied|forbidden|authentication required|credential not found/i;

function explain(problem: string, named: string, remote: RemoteChart, options: PullOptions): SeatrialError {
  const said = problem.replace(/^ended with exit code \d+: (?:Error: )?/, "");
  const what = `${named}: the chart cannot be pulled: ${said}`;
  if (refused.test(said)) {
    const { repositoryConfig, registryConfig } = options.words ?? ofCommand;
    return new SeatrialError("SEATRIAL_NOT_CHECKED", what, {
      hint: `log in, and name the file with the login: ${remote.kind === "oci" ? registryConfig : repositoryConfig}`,
    });
  }
  if (absent.test(said)) {
    return new UsageError(what, { hint: "check the name of the chart and its version" });
  }
  return new SeatrialError("SEATRIAL_NOT_CHECKED", what, {
    hint: "check the network and the address, or download the chart and give its path",
  });
}
