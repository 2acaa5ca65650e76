import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { onTestFinished } from "vitest";
import { makeTempDir } from "../../../src/process/temp-dir.ts";

/** A git repository with charts, removed when the test has finished. */
export interface GitCharts {
  /** The root of the work tree. */
  path: string;
  /** Writes a file, or removes it when the text is `undefined`. */
  write(file: string, text: string | undefined): Promise<void>;
  /** Commits everything. */
  commit(message?: string): Promise<void>;
  /** Runs git and resolves with its output. */
  git(...args: string[]): Promise<string>;
}

/** A repository whose first commit, on the branch `main`, has these files. */
export async function gitCharts(files: Record<string, string>): Promise<GitCharts> {
  const { path, remove } = await makeTempDir("seatrial-git-");
  onTestFinished(remove);
  const charts = openGit(path);
  await charts.git("init", "--quiet", "--initial-branch", "main");
  for (const [file, text] of Object.entries(files)) await charts.write(file, text);
  await charts.commit();
  return charts;
}

/** The repository at a path. */
export function openGit(path: string): GitCharts {
  const who = ["-c", "user.name=demo", "-c", "user.email=demo@example.com"];
  const git = async (...args: string[]) => (await execa("git", [...who, ...args], { cwd: path })).stdout;
  return {
    path,
    git,
    write: async (file, text) => {
      if (text === undefined) return rm(join(path, file), { recursive: true });
      await mkdir(dirname(join(path, file)), { recursive: true });
      await writeFile(join(path, file), text);
    },
    commit: async (message = "change") => {
      await git("add", "--all");
      await git("commit", "--quiet", "--message", message);
    },
  };
}

/** A Chart.yaml. */
export function chartYaml(name: string, version = "0.1.0", dependencies: Record<string, string> = {}): string {
  const list = Object.entries(dependencies).map(
    ([dependency, path]) => `  - { name: ${dependency}, version: 0.1.0, repository: "file://${path}" }\n`,
  );
  return `apiVersion: v2\nname: ${name}\nversion: ${version}\n${list.length === 0 ? "" : `dependencies:\n${list.join("")}`}`;
}
