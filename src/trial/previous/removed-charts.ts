import { stat } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import type { GitRepository, TreeFile } from "../../git/git-repository.ts";
import type { BaseCommit } from "../../git/resolve-base.ts";
import type { TrialPlan } from "../plan-trials.ts";
import type { ChartHistory } from "./previous-chart.ts";

/** Whether the file is the Chart.yaml of a chart that is not a part of another chart. */
export function isTopLevel({ path }: TreeFile, files: readonly TreeFile[]): boolean {
  if (path !== "Chart.yaml" && !path.endsWith("/Chart.yaml")) return false;
  const parts = path.split("/").slice(0, -2);
  return !parts.some((_part, index) => {
    const outer = [...parts.slice(0, index + 1), "Chart.yaml"].join("/");
    return files.some((file) => file.path === outer);
  });
}

/** The charts at or below the paths that have gone since the commit, and that no chart of the run has replaced. */
export async function findRemoved(
  { repository, base, files }: { repository: GitRepository; base: BaseCommit; files: readonly TreeFile[] },
  paths: readonly string[],
  plans: readonly TrialPlan[],
): Promise<ChartHistory[]> {
  const scopes = (paths.length === 0 ? ["."] : paths).map((path) => resolve(path));
  const renamed = new Set(plans.map(({ chart }) => chart.name));
  const removed: ChartHistory[] = [];
  for (const file of files.filter((each) => isTopLevel(each, files))) {
    const path = resolve(repository.root, file.path);
    const isInScope = scopes.some((scope) => !relative(scope, path).startsWith(".."));
    if (!isInScope || (await stat(path).catch(() => undefined)) !== undefined) continue;
    const content = (await repository.read(["cat-file", "blob", file.id])).toString("utf8");
    const name = /^name:\s*["']?([^\s"'#]+)/m.exec(content)?.[1] ?? "";
    if (!renamed.has(name)) removed.push({ kind: "removed", name, directory: dirname(file.path), source: base.label });
  }
  return removed;
}
