import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type CrdFile, readCrdFiles } from "../chart/crd-files.ts";
import { findCharts } from "../chart/find-charts.ts";
import { ChartError } from "../errors/chart-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import { readCrds } from "../findings/chart-objects.ts";
import { HelmError } from "../helm/helm-error.ts";
import type { ControlPlane } from "../plane/control-plane.ts";

const packagedChart = /\.(?:tgz|tar\.gz)$/;

/**
 * The CustomResourceDefinitions in the `crds/` of charts and of their dependencies; `undefined` for a path that is neither a chart
 * nor a glob of charts. Only a packaged chart is rendered for that. Rejects with `SEATRIAL_USAGE` when the charts have none or
 * cannot be read.
 */
export async function readChartCrds(
  plane: Pick<ControlPlane, "helm">,
  path: string,
  signal: AbortSignal | undefined,
): Promise<CrdFile[] | undefined> {
  const charts = (await isChart(path)) ? [resolve(path)] : await chartsOfGlob(path);
  if (charts.length === 0) return undefined;
  const crds: CrdFile[] = [];
  for (const chart of charts) crds.push(...(await readAll(plane, chart, signal)));
  if (crds.length > 0) return crds;
  throw new UsageError(`No CustomResourceDefinition was found in the crds/ directories of the chart ${path}`, {
    hint: "for definitions in its templates, install the chart, or name a file with what they render",
  });
}

async function chartsOfGlob(path: string): Promise<string[]> {
  const isPattern = /[*?[\]{}!]/.test(path) && (await stat(path).catch(() => undefined)) === undefined;
  if (!isPattern) return [];
  try {
    return await findCharts([path]);
  } catch (error) {
    if (error instanceof ChartError) return [];
    throw error;
  }
}

async function readAll(
  plane: Pick<ControlPlane, "helm">,
  path: string,
  signal: AbortSignal | undefined,
): Promise<CrdFile[]> {
  if (packagedChart.test(path)) return readPackaged(plane, path, signal);
  const own = join(path, "crds");
  const files = await listFiles(own);
  const crds = files.length === 0 ? [] : await readOwn(own);
  for (const name of await readdir(join(path, "charts")).catch((): string[] => [])) {
    const dependency = join(path, "charts", name);
    if (await isChart(dependency)) crds.push(...(await readAll(plane, dependency, signal)));
  }
  return crds;
}

// A directory crds/ may have other objects, or a README alone.
async function readOwn(directory: string): Promise<CrdFile[]> {
  try {
    return await readCrdFiles([directory]);
  } catch (error) {
    if (error instanceof UsageError && error.message.startsWith("No CustomResourceDefinition was found")) return [];
    throw error;
  }
}

async function readPackaged(
  { helm }: Pick<ControlPlane, "helm">,
  path: string,
  signal: AbortSignal | undefined,
): Promise<CrdFile[]> {
  try {
    const documents = readCrds(await helm.template({ chart: path }, { signal }));
    const crds = documents.filter(({ object }) => object.kind === "CustomResourceDefinition");
    return crds.map(({ object, template }) => ({ file: join(path, template), object }));
  } catch (error) {
    if (!(error instanceof HelmError) || error.helmCode === "cancelled") throw error;
    throw new UsageError(`The CRDs of the chart ${path} cannot be read: ${error.helmMessage}`, {
      hint: "unpack the chart, and name its directory",
      cause: error,
    });
  }
}

async function isChart(path: string): Promise<boolean> {
  const found = await stat(packagedChart.test(path) ? path : join(path, "Chart.yaml")).catch(() => undefined);
  return found?.isFile() === true;
}

async function listFiles(directory: string): Promise<string[]> {
  return readdir(directory).catch((): string[] => []);
}
