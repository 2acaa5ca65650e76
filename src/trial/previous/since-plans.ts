import { realpath, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { readChart } from "../../chart/chart.ts";
import { parseYaml } from "../../chart/yaml.ts";
import { ChartError } from "../../errors/chart-error.ts";
import { UsageError } from "../../errors/usage-error.ts";
import { GitRepository, type TreeFile } from "../../git/git-repository.ts";
import { type BaseCommit, resolveBase } from "../../git/resolve-base.ts";
import { makeTempDir, type TempDir } from "../../process/temp-dir.ts";
import { isMapping } from "../../util/is-mapping.ts";
import type { TrialPlan } from "../plan-trials.ts";
import { chartDirectories } from "./chart-directories.ts";
import { addDownloaded, exportChart } from "./export-chart.ts";
import type { ChartHistory, PreviousPlans } from "./previous-chart.ts";
import { previousValues } from "./previous-values.ts";
import { findRemoved, isTopLevel } from "./removed-charts.ts";
import { versionGoesUp } from "./version-goes-up.ts";

/** Which commit to compare with, and how. */
export interface SinceOptions {
  ref: string;
  /** The paths that the user named. */
  paths: readonly string[];
  /** Chart.yaml's version must go up when a file of the chart changed. */
  requireVersionBump: boolean;
}

interface History {
  repository: GitRepository;
  base: BaseCommit;
  files: TreeFile[];
  /** All files that differ from the commit: one call of git is as fast as that for a chart. */
  changed: string[];
  directory: TempDir;
}

/**
 * The trials of the charts that have changed since a commit, each with the chart as it was there. Charts that are the same, with
 * their file dependencies, are left out; a chart that is new is tried without an upgrade from a previous version. Rejects with
 * `SEATRIAL_USAGE`.
 */
export async function planSince(plans: readonly TrialPlan[], options: SinceOptions): Promise<PreviousPlans<TrialPlan>> {
  const histories = new Map<string, History>();
  const dispose = async () => {
    for (const { directory } of histories.values()) await directory.remove();
  };
  const charts: ChartHistory[] = [];
  const kept: TrialPlan[] = [];
  try {
    const perChart: { cases: TrialPlan[]; history: History }[] = [];
    for (const [chartPath, cases] of Map.groupBy(plans, (plan) => plan.chartPath))
      perChart.push({ cases, history: await openHistory(chartPath, options.ref, histories) });
    for (const history of histories.values()) await loadChanged(history, plans);
    for (const { cases, history } of perChart) {
      const { name = "", path = "" } = cases[0]?.chart ?? {};
      const compared = await comparePlans(cases, history, options.requireVersionBump);
      kept.push(...compared.plans);
      if (compared.history !== undefined) charts.push({ ...compared.history, name, path, source: history.base.label });
    }
    for (const { repository } of histories.values()) repository.unloadContents();
    // Of charts that have all gone, the paths name the repository.
    if (plans.length === 0) await openHistory(await findExisting(options.paths[0] ?? "."), options.ref, histories);
    for (const history of histories.values()) charts.push(...(await findRemoved(history, options.paths, plans)));
    return { plans: kept, notes: charts.map(toNote), histories: charts, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function toNote({ kind, name, directory, source }: ChartHistory): string {
  if (kind === "removed") return `${directory} (removed since ${source})`;
  const text = {
    unchanged: `unchanged since ${source}`,
    new: `new since ${source}: there is no version to upgrade from`,
    packaged: "a packaged chart has no previous version in git",
    renamed: `renamed since ${source}: it was ${directory}`,
  }[kind];
  return `${name} (${text})`;
}

async function openHistory(chartPath: string, ref: string, known: Map<string, History>): Promise<History> {
  const directory = (await stat(chartPath)).isDirectory() ? chartPath : dirname(chartPath);
  const surrounding = await findSurrounding(directory, known);
  if (surrounding !== undefined) return surrounding;
  const repository = await GitRepository.open(directory);
  if (repository === undefined) {
    throw new UsageError(`--since ${ref}: ${chartPath} is not in a git repository`, {
      hint: "give the previous version with --from",
    });
  }
  const found = known.get(repository.root);
  if (found !== undefined) return found;
  const base = await resolveBase(repository, ref);
  const files = await repository.files(base.commit);
  const changed = await repository.changedFiles(base.commit, []);
  const history = { repository, base, files, changed, directory: await makeTempDir("seatrial-since-") };
  known.set(repository.root, history);
  return history;
}

// A repository that is known contains the directory, unless one in between does.
async function findSurrounding(directory: string, known: ReadonlyMap<string, History>): Promise<History | undefined> {
  for (let path = await realpath(directory); ; path = dirname(path)) {
    const history = known.get(path);
    const [isRoot] = await existing([join(path, ".git")]);
    if (history !== undefined || isRoot !== undefined || path === dirname(path)) return history;
  }
}

// Nearly all of what is exported later.
async function loadChanged({ repository, files, changed }: History, plans: readonly TrialPlan[]): Promise<void> {
  const paths = await Promise.all([...new Set(plans.map(({ chartPath }) => chartPath))].map((path) => realpath(path)));
  const directories = paths.map((path) => `${relative(repository.root, path)}/`);
  const isBelow = ({ path }: Pick<TreeFile, "path">, directory: string) =>
    directory === "/" || path.startsWith(directory);
  const exported = directories.filter((directory) => changed.some((path) => isBelow({ path }, directory)));
  const own = files.filter((file) => file.mode !== "160000" && exported.some((directory) => isBelow(file, directory)));
  await repository.loadContents(own);
}

async function comparePlans(
  cases: readonly TrialPlan[],
  history: History,
  requireVersionBump: boolean,
): Promise<{ plans: TrialPlan[]; history?: Pick<ChartHistory, "kind" | "directory"> }> {
  const [{ chartPath = "", chart } = {}] = cases;
  const { repository, base, files, directory } = history;
  if (!(await stat(chartPath)).isDirectory()) return { plans: [...cases], history: { kind: "packaged" } };
  const inside = async (path: string) => relative(repository.root, await realpath(path));
  const own = await inside(chartPath);
  const directories = await Promise.all((await existing(await chartDirectories(chartPath))).map(inside));
  const related = directories.filter((path) => !path.startsWith(".."));
  const changed = history.changed.filter((path) => related.some((own) => own === "" || path.startsWith(`${own}/`)));
  const oldDirectory = files.some(({ path }) => path === join(own, "Chart.yaml"))
    ? own
    : await findRenamed(repository, files, chart?.name ?? "");
  if (changed.length === 0) return { plans: [], history: { kind: "unchanged" } };
  if (oldDirectory === undefined) return { plans: [...cases], history: { kind: "new" } };
  const previousPath = await exportChart({ repository, files, root: directory.path }, oldDirectory);
  await addDownloaded(previousPath, chartPath);
  const previous = await versionOf(previousPath);
  const isOwn = changed.some((path) => own === "" || path.startsWith(`${own}/`));
  const isBumped = !requireVersionBump || !isOwn || versionGoesUp(previous, chart?.version ?? "");
  const plans = await Promise.all(
    cases.map(async (plan) => ({
      ...plan,
      previous: {
        chartPath: previousPath,
        version: previous,
        source: base.label,
        values: await previousValues(plan, chartPath, previousPath),
        mayBeSame: true,
      },
      ...(isBumped ? {} : { unbumped: { version: previous, source: base.label, files: changed } }),
    })),
  );
  return oldDirectory === own ? { plans } : { plans, history: { kind: "renamed", directory: oldDirectory } };
}

// A chart of this name whose directory has gone since.
export async function findRenamed(
  repository: GitRepository,
  files: readonly TreeFile[],
  name: string,
): Promise<string | undefined> {
  for (const file of files.filter((each) => isTopLevel(each, files))) {
    const directory = dirname(file.path);
    const isThere = await stat(resolve(repository.root, file.path)).catch(() => undefined);
    if (isThere !== undefined) continue;
    const content = (await repository.read(["cat-file", "blob", file.id])).toString("utf8");
    if (nameIn(content) === name) return directory === "." ? "" : directory;
  }
  return undefined;
}

function nameIn(chartYaml: string): unknown {
  try {
    const value = parseYaml(chartYaml);
    return isMapping(value) ? value.name : undefined;
  } catch {
    return undefined;
  }
}

async function versionOf(chartPath: string): Promise<string> {
  try {
    return (await readChart(chartPath)).metadata.version;
  } catch (error) {
    if (error instanceof ChartError) return "";
    throw error;
  }
}

async function findExisting(path: string): Promise<string> {
  const absolute = resolve(path);
  const [found] = await existing([absolute]);
  return found ?? findExisting(dirname(absolute));
}

async function existing(directories: readonly string[]): Promise<string[]> {
  const found = await Promise.all(directories.map((path) => stat(path).catch(() => undefined)));
  return directories.filter((_path, index) => found[index] !== undefined);
}
