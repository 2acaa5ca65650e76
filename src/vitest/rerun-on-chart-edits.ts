import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestProject } from "vitest/node";

const watched = new WeakSet<TestProject>();

/**
 * Makes `vitest --watch` run the project's spec files again when a file of a chart changes: vitest itself knows only the modules
 * that a spec file imports. A chart is a directory with a Chart.yaml.
 */
export function rerunOnChartEdits(project: TestProject): void {
  const config = project.vitest?.config;
  if (config === undefined || watched.has(project)) return;
  watched.add(project);
  config.watchTriggerPatterns = [
    ...(config.watchTriggerPatterns ?? []),
    { pattern: /[^/]$/, testsToRun: (file) => (isOfChart(file, config.root) ? specFiles(project) : undefined) },
  ];
}

// A spec file in a chart's directory is vitest's own matter.
function isOfChart(file: string, root: string): boolean {
  if (/\.[cm]?[jt]sx?$/.test(file) || !file.startsWith(`${root}/`)) return false;
  for (let directory = dirname(file); directory.length >= root.length; directory = dirname(directory)) {
    if (existsSync(join(directory, "Chart.yaml"))) return true;
  }
  return false;
}

function specFiles(project: TestProject): string[] {
  const files = project.vitest.state.getFiles().filter(({ projectName }) => (projectName ?? "") === project.name);
  return files.map(({ filepath }) => filepath);
}
