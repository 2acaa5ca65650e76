import { realpath, stat } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { readChart } from "../chart/chart.ts";
import { provideEngine } from "../engine/binary/provide-engine.ts";
import { UsageError } from "../errors/usage-error.ts";
import { GitRepository } from "../git/git-repository.ts";
import { resolveBase } from "../git/resolve-base.ts";
import { makeTempDir } from "../process/temp-dir.ts";
import type { ValuesOption } from "../release/options.ts";
import { addDownloaded, exportChart } from "../trial/previous/export-chart.ts";
import { type PullWords, pullChart } from "../trial/previous/pull-chart.ts";
import { parseRemoteChart, withoutPassword } from "../trial/previous/remote-chart.ts";
import { findRenamed } from "../trial/previous/since-plans.ts";
import { checkOptions, describe } from "../util/check-options.ts";

/** Which version of a chart to upgrade from: exactly one of `git`, `path`, `tgz` and `from`. */
export interface PreviousVersion {
  /** A branch, a tag or a commit of the chart's own repository; for a branch, the commit at which HEAD has left it. @default none */
  git?: string | undefined;
  /** The directory of a chart. @default none */
  path?: string | undefined;
  /** A packaged chart. @default none */
  tgz?: string | undefined;
  /**
   * A path, or a published chart: `oci://…`, `https://repo/chart@version`, `https://….tgz`, or `repo/chart@version` with
   * `repositoryConfig`. @default none
   */
  from?: string | undefined;
  /** With `from`: the path of Helm's `repositories.yaml`, with the URLs and logins of named repositories. @default none is read */
  repositoryConfig?: string | undefined;
  /** With `from`: the path of a file with logins of registries, as `helm registry login` writes it. @default none is read */
  registryConfig?: string | undefined;
  /** The values of the previous version. @default its own values */
  values?: ValuesOption | undefined;
}

/** A previous version on the disk. Disposing of it removes what was written for it. */
export interface OpenedVersion extends AsyncDisposable {
  /** A directory or a `.tgz`. */
  path: string;
  /** For people: `v1.2.0 (1a2b3c4)`. */
  label: string;
  /** Whether it may be the same chart: a file may have changed that Helm does not read, or none. */
  mayBeSame: boolean;
}

const sources = ["git", "path", "tgz", "from"] as const;
const spec = {
  git: "string",
  path: "string",
  tgz: "string",
  from: "string",
  repositoryConfig: "string",
  registryConfig: "string",
  values: ["string", "object", "array"],
} as const;

/** Throws `SEATRIAL_USAGE` unless the value names exactly one version. */
export function checkPreviousVersion(call: string, previous: unknown): asserts previous is PreviousVersion {
  if (previous === undefined) throw new UsageError(`${call}: the previous version is missing`, { hint: HINT });
  checkOptions<PreviousVersion>(call, previous, spec);
  const version = previous as PreviousVersion;
  const given = sources.filter((name) => version[name] !== undefined);
  for (const config of ["repositoryConfig", "registryConfig"] as const) {
    if (version[config] !== undefined && version.from === undefined)
      throw new UsageError(`${call}: option "${config}" requires "from"`);
  }
  if (given.length === 1) return;
  throw new UsageError(
    `${call}: the previous version must be one of ${sources.join(", ")}, got ${describe(previous)}`,
    {
      hint: HINT,
    },
  );
}

const words: PullWords = {
  repositoryConfig: "repositoryConfig: FILE",
  registryConfig: "registryConfig: FILE",
  from: (chart) => `{ from: "${chart}" }`,
};
const HINT = 'name it as { git: "v1.2.0" }, { path: "charts/web-1.2.0" } or { tgz: "web-1.2.0.tgz" }';

/** Finds the previous version of the chart at a path. Rejects with `SEATRIAL_USAGE`. */
export async function openPreviousVersion(
  call: string,
  chart: string,
  { git, path, tgz, from, repositoryConfig, registryConfig }: PreviousVersion,
): Promise<OpenedVersion> {
  if (git !== undefined) return exportCommit(call, resolve(chart), git);
  return openFrom(call, path ?? tgz ?? from ?? "", { repositoryConfig, registryConfig });
}

/** The version that a text names as `--from` does: a path, or a published chart, which is pulled. */
async function openFrom(
  call: string,
  from: string,
  configs: Pick<PreviousVersion, "repositoryConfig" | "registryConfig">,
): Promise<OpenedVersion> {
  const path = resolve(from);
  const isThere = (await stat(path).catch(() => undefined)) !== undefined;
  const remote = isThere ? undefined : parseRemoteChart(from);
  if (remote !== undefined) {
    const label = withoutPassword(from);
    const engine = async () => (await provideEngine()).path;
    const pulled = await pullChart(remote, `${call}: { from: "${label}" }`, { engine, words, ...configs });
    return { ...pulled, label, mayBeSame: false };
  }
  if (!isThere) throw new UsageError(`${call}: there is no chart at ${from}: the previous version cannot be read`);
  return { path, label: from, mayBeSame: false, [Symbol.asyncDispose]: async () => undefined };
}

async function exportCommit(call: string, chartPath: string, ref: string): Promise<OpenedVersion> {
  const what = `${call}: { git: "${ref}" }`;
  const isDirectory = (await stat(chartPath).catch(() => undefined))?.isDirectory() === true;
  const repository = isDirectory ? await GitRepository.open(chartPath, what) : undefined;
  if (repository === undefined) {
    const why = isDirectory ? "is not in a git repository" : "is not the directory of a chart";
    throw new UsageError(`${what}: ${chartPath} ${why}`, {
      hint: "name the previous version with { path } or { tgz }",
    });
  }
  const base = await resolveBase(repository, ref, what);
  const files = await repository.files(base.commit);
  const own = relative(repository.root, await realpath(chartPath));
  const isThere = files.some(({ path }) => path === join(own, "Chart.yaml"));
  const name = (await readChart(chartPath)).metadata.name;
  const directory = isThere ? own : await findRenamed(repository, files, name);
  if (directory === undefined) {
    throw new UsageError(
      `${what}: ${base.label} has no chart ${basename(chartPath)}: there is no version to upgrade from`,
    );
  }
  const target = await makeTempDir("seatrial-since-");
  const dispose = () => target.remove();
  try {
    const path = await exportChart({ repository, files, root: target.path }, directory);
    await addDownloaded(path, chartPath);
    return { path, label: base.label, mayBeSame: true, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
