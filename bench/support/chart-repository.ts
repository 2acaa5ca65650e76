import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { execa } from "execa";
import { ownCharts } from "./charts.ts";

/** A git repository with charts whose last commit has changed all of them. */
export interface ChartRepository {
  path: string;
  /** The directories of the charts, relative to the repository. */
  charts: string[];
  /** A work tree of the commit before. */
  before: string;
}

/** Makes the repository below `dir`: copies of this repository's charts, or of the given ones, under other names. */
export async function makeChartRepository(
  dir: string,
  { count, sources }: { count: number; sources: readonly string[] },
): Promise<ChartRepository> {
  const path = join(dir, "repository");
  const all = sources.length > 0 ? sources : await ownCharts();
  const charts: string[] = [];
  for (let index = 0; index < count; index++) {
    const source = all[index % all.length] as string;
    const name = `${basename(source)}-${index}`;
    const chart = join("charts", name);
    await mkdir(join(path, "charts"), { recursive: true });
    await cp(source, join(path, chart), { recursive: true });
    charts.push(chart);
  }
  const git = (...args: string[]) =>
    execa("git", ["-c", "user.name=bench", "-c", "user.email=bench@example.com", ...args], { cwd: path });
  await git("init", "--quiet", "--initial-branch", "main");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "before");
  for (const chart of charts) {
    const file = join(path, chart, "Chart.yaml");
    await writeFile(file, (await readFile(file, "utf8")).replace(/^version: .*$/m, "version: 99.0.0"));
    // A new object in each case of the chart.
    const template = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Release.Name }}-added }\ndata: { a: b }\n";
    await writeFile(join(path, chart, "templates", "added.yaml"), template);
  }
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "after");
  const before = join(dir, "before");
  await git("worktree", "add", "--quiet", "--detach", before, "HEAD~1");
  return { path, charts, before };
}
