import { cp, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { readChart } from "../chart/chart.ts";
import { ChartError } from "../errors/chart-error.ts";
import { SeatrialError } from "../errors/seatrial-error.ts";
import type { HelmDependency } from "../helm/dependency.ts";
import { HelmError } from "../helm/helm-error.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { makeTempDir } from "../process/temp-dir.ts";

/** A chart with its dependencies. */
export interface PreparedChart extends AsyncDisposable {
  /** The chart itself, or a copy with the dependencies that were built for it. */
  readonly path: string;
}

const FILE = "file://";
const MAX_DEPTH = 8;

/**
 * The chart with its `file://` dependencies in `charts/`: where one is missing, it is built from the directory that
 * Chart.yaml names, into a copy, because the user's files are not changed. Rejects with `SEATRIAL_NOT_CHECKED` when a
 * dependency of another repository is missing: downloads are left to the user. A chart that cannot be read, or that names
 * a directory without a chart, is returned as it is: the steps say best what is wrong.
 */
export async function prepareChart(
  plane: Pick<ControlPlane, "helm">,
  chartPath: string,
  shownPath: string,
  signal: AbortSignal | undefined,
): Promise<PreparedChart> {
  const directories: AsyncDisposable[] = [];
  const dispose = async () => {
    for (const directory of directories.splice(0)) await directory[Symbol.asyncDispose]();
  };
  const makeDirectory = async () => {
    const directory = await makeTempDir("seatrial-chart-");
    directories.push(directory);
    return directory.path;
  };
  try {
    const path = await prepare({ plane, signal, makeDirectory }, chartPath, shownPath, MAX_DEPTH);
    return { path, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

interface Preparation {
  plane: Pick<ControlPlane, "helm">;
  signal: AbortSignal | undefined;
  makeDirectory: () => Promise<string>;
}

async function prepare(how: Preparation, chartPath: string, shownPath: string, depth: number): Promise<string> {
  const missing = await missingDependencies(how, chartPath);
  // A dependency without a repository belongs to the chart's own files.
  if (missing.some(({ repository }) => repository === "")) return chartPath;
  const remote = missing.filter(({ repository }) => !repository.startsWith(FILE));
  if (remote.length > 0) throw notDownloaded(remote, shownPath);
  const siblings = missing.map((dependency) => ({ ...dependency, path: pathOf(dependency, chartPath) }));
  const found = await Promise.all(siblings.map(({ path }) => isChart(path)));
  if (missing.length === 0 || depth === 0 || !found.every(Boolean)) return chartPath;

  // Helm packs the siblings, which have dependencies of their own.
  const dependencies = await Promise.all(
    siblings.map(async ({ name, version, path }) => {
      const prepared = await prepare(how, path, path, depth - 1);
      return { name, version, repository: `${FILE}${prepared}` };
    }),
  );
  const builder = join(await how.makeDirectory(), "dependencies");
  await mkdir(builder);
  const unique = [...new Map(dependencies.map((dependency) => [dependency.name, dependency])).values()];
  const manifest = { apiVersion: "v2", name: "dependencies", version: "0.0.0", dependencies: unique };
  await writeFile(join(builder, "Chart.yaml"), JSON.stringify(manifest));
  await how.plane.helm.dependencyBuild({ chart: builder, skipRefresh: true }, { signal: how.signal });

  const copy = join(await how.makeDirectory(), basename(chartPath));
  await cp(chartPath, copy, { recursive: true, filter: (path) => ![".git", "node_modules"].includes(basename(path)) });
  await mkdir(join(copy, "charts"), { recursive: true });
  for (const file of await readdir(join(builder, "charts"))) {
    await cp(join(builder, "charts", file), join(copy, "charts", file));
  }
  return copy;
}

async function missingDependencies({ plane, signal }: Preparation, chartPath: string): Promise<HelmDependency[]> {
  if (!(await hasDependencies(chartPath))) return [];
  try {
    const dependencies = await plane.helm.dependencyList({ chart: chartPath }, { signal });
    return dependencies.filter(({ status }) => status === "missing");
  } catch (error) {
    if (error instanceof HelmError && error.helmCode !== "cancelled") return [];
    throw error;
  }
}

async function hasDependencies(chartPath: string): Promise<boolean> {
  try {
    const { metadata } = await readChart(chartPath);
    // Charts of apiVersion v1 list them in a file of their own.
    return metadata.dependencies.length > 0 || (await exists(join(chartPath, "requirements.yaml")));
  } catch (error) {
    if (error instanceof ChartError) return false;
    throw error;
  }
}

function pathOf({ repository }: HelmDependency, chartPath: string): string {
  return resolve(chartPath, repository.slice(FILE.length));
}

async function isChart(path: string): Promise<boolean> {
  return exists(join(path, "Chart.yaml"));
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

function notDownloaded(missing: readonly HelmDependency[], shownPath: string): SeatrialError {
  const lines = missing.map(({ name, version, repository }) => {
    return `  ${name} ${version} from ${repository} is missing in charts/`;
  });
  const count = missing.length === 1 ? "1 dependency" : `${missing.length} dependencies`;
  return new SeatrialError("SEATRIAL_NOT_CHECKED", [`${shownPath} lacks ${count}`, ...lines].join("\n"), {
    hint: `run \`helm dependency build ${shownPath}\` first`,
  });
}
