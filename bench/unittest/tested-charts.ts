import { chmod, cp, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { ChartError } from "../../src/errors/chart-error.ts";
import { releaseDocuments } from "../../src/findings/release-documents.ts";
import type { ControlPlane } from "../../src/plane/control-plane.ts";
import { askForTemplate } from "../../src/release/template-chart.ts";
import { readSuite, type UnitTest } from "./read-suite.ts";
import type { HelmUnittestRun } from "./run-helm-unittest.ts";

/** A writable copy of a chart, with the suites that both programs agree on. */
export interface TestedChart {
  path: string;
  tests: UnitTest[];
}

/** What {@link prepareCharts} has found. */
export interface TestedCharts {
  charts: TestedChart[];
  /** How many tests are left out, and why. */
  leftOut: Record<"other input" | "fails" | "differs", number>;
}

/**
 * Copies charts into `dir` and removes the suites that cannot be compared: those with something that is not an input of a rendering,
 * those that fail, and those with a test that one of the programs renders and the other does not.
 */
export async function prepareCharts(
  dir: string,
  sources: readonly string[],
  { plane, unittest }: { plane: ControlPlane; unittest: HelmUnittestRun },
): Promise<TestedCharts> {
  const leftOut = { "other input": 0, fails: 0, differs: 0 };
  const charts: TestedChart[] = [];
  for (const [index, source] of sources.entries()) {
    const path = join(dir, `${index}`, basename(source));
    await copyWritable(source, path);
    const chart: TestedChart = { path, tests: [] };
    for (const file of await suiteFiles(path)) {
      const tests = await readSuite(file);
      const reason =
        tests === undefined
          ? "other input"
          : !(await passes(unittest, path, file))
            ? "fails"
            : (await areRendered(plane, path, tests))
              ? undefined
              : "differs";
      if (reason === undefined) chart.tests.push(...(tests ?? []));
      else {
        leftOut[reason] += tests?.length ?? 1;
        await rm(file);
      }
    }
    if (chart.tests.length > 0) charts.push(chart);
  }
  return { charts, leftOut };
}

/** Renders a chart as a test says and parses its documents, as `templateChart` does. Throws unless it renders as expected. */
export async function renderTest(controlPlane: ControlPlane, chart: string, test: UnitTest): Promise<void> {
  const { chartVersion, appVersion, mustFail, ...inputs } = test;
  const failed = await askForTemplate(chart, { ...inputs, controlPlane }, { chartVersion, appVersion }).then(
    ({ answer }) => {
      releaseDocuments(answer);
      return undefined;
    },
    (error: unknown) => {
      if (error instanceof ChartError) return error;
      throw error;
    },
  );
  if (failed !== undefined && !mustFail) throw failed;
  if (failed === undefined && mustFail) throw new Error(`${chart} renders, and must not`);
}

async function passes(unittest: HelmUnittestRun, chart: string, file: string): Promise<boolean> {
  return await unittest([chart], file).then(
    () => true,
    () => false,
  );
}

async function areRendered(plane: ControlPlane, chart: string, tests: readonly UnitTest[]): Promise<boolean> {
  try {
    for (const test of tests) await renderTest(plane, chart, test);
    return true;
  } catch {
    return false;
  }
}

async function suiteFiles(chart: string): Promise<string[]> {
  const names = await readdir(join(chart, "tests"), { recursive: true }).catch(() => []);
  return names
    .filter((name) => name.endsWith("_test.yaml"))
    .sort()
    .map((name) => join(chart, "tests", name));
}

// The files in Go's module cache are read-only.
async function copyWritable(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true });
  for (const name of ["", ...(await readdir(to, { recursive: true }))]) await chmod(join(to, name), 0o755);
}
