import { cp, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, posix, relative } from "node:path";
import { exportFiles } from "../../git/export-files.ts";
import type { GitRepository, TreeFile } from "../../git/git-repository.ts";
import { fileDependencies } from "./chart-directories.ts";

/** What a chart is exported from. */
export interface ExportSource {
  repository: GitRepository;
  /** All files of the commit. */
  files: readonly TreeFile[];
  /** Where the repository's root is exported to. */
  root: string;
}

/**
 * Writes a chart as it was at a commit, with its `file://` dependencies and the files that its links name. Resolves with its
 * path. `directory` is relative to the root of the repository.
 */
export async function exportChart(source: ExportSource, directory: string): Promise<string> {
  // Links of a chart are followed within its checkout, which this is.
  await mkdir(join(source.root, ".git"), { recursive: true });
  const done = new Set<string>();
  await exportBelow(source, directory, done);
  return join(source.root, directory);
}

/**
 * Adds the downloaded dependencies of the work tree that the previous Chart.lock names in the same versions: they are rarely
 * committed, and nothing is downloaded here.
 */
export async function addDownloaded(chartPath: string, workTreeChart: string): Promise<void> {
  const lock = await readFile(join(chartPath, "Chart.lock"), "utf8").catch(() => "");
  const names = [...lock.matchAll(/name: *(\S+)[^-]*?version: *["']?([^\s"']+)/g)];
  const packaged = await readdir(join(workTreeChart, "charts")).catch((): string[] => []);
  for (const [, name, version] of names) {
    const file = `${name}-${version}.tgz`;
    const target = join(chartPath, "charts", file);
    if (!packaged.includes(file) || (await stat(target).catch(() => undefined)) !== undefined) continue;
    await mkdir(dirname(target), { recursive: true });
    await cp(join(workTreeChart, "charts", file), target);
  }
}

async function exportBelow(source: ExportSource, directory: string, done: Set<string>): Promise<void> {
  // A directory, which may be a file that is not written yet.
  if (done.has(`${directory}/`)) return;
  done.add(`${directory}/`);
  const { repository, files, root } = source;
  const prefix = directory === "" ? "" : `${directory}/`;
  const own = files.filter(({ path }) => path === directory || path.startsWith(prefix));
  await exportFiles(
    repository,
    own.filter(({ path }) => !done.has(path)),
    root,
  );
  for (const { path } of own) done.add(path);
  for (const link of own.filter(({ mode }) => mode === "120000")) {
    const content = String((await repository.contents([link]))[0]);
    const target = posix.normalize(posix.join(posix.dirname(link.path), content));
    if (!target.startsWith("..") && !target.startsWith("/")) await exportBelow(source, target.replace(/\/$/, ""), done);
  }
  const path = join(root, directory);
  for (const dependency of await fileDependencies(path)) {
    const inside = relative(root, dependency);
    if (!inside.startsWith("..")) await exportBelow(source, inside, done);
  }
}
