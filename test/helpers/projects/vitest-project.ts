import { existsSync, readFileSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa, type Options } from "execa";
import { onTestFinished } from "vitest";
import type { ControlPlaneData } from "../../../src/plane/control-plane-data.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { pollUntil } from "../../../src/util/poll.ts";
import { repositoryPath } from "../repository/repository-path.ts";
import { throwIfStale } from "../run-cli.ts";

export const vitestProgram = repositoryPath("node_modules/vitest/vitest.mjs");

/** A chart repository that uses seatrial as users do, and a temporary directory for the programs in it. */
export interface VitestProject {
  directory: string;
  tempDir: string;
  env: Record<string, string>;
}

/** What a spec of the project recorded with `mark()`. */
export interface Mark {
  worker: number;
  plane: ControlPlaneData;
}

const config = `import { defineConfig } from "vitest/config";
export default defineConfig({ test: { globalSetup: "seatrial/global-setup", setupFiles: "seatrial/vitest", testTimeout: 60_000 } });
`;

const mark = `import { writeFileSync, renameSync } from "node:fs";
import { currentControlPlane } from "seatrial";
export function mark(name) {
  writeFileSync(name + ".new", JSON.stringify({ worker: process.pid, plane: currentControlPlane().data }));
  renameSync(name + ".new", name);
}
`;

/**
 * Creates a project with these files, next to a configuration of vitest; both directories are gone when the test has finished.
 */
export async function makeProject(files: Record<string, string>, { withConfig = true } = {}): Promise<VitestProject> {
  throwIfStale();
  const project = await makeTempDir("st-project-");
  const temp = await makeTempDir("st-tmp-");
  onTestFinished(() => Promise.all([project.remove(), temp.remove()]).then(() => undefined));
  const own = withConfig ? { "vitest.config.ts": config } : {};
  const all = { "package.json": '{ "type": "module" }', ...own, "mark.js": mark, ...files };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(project.path, name)), { recursive: true });
    await writeFile(join(project.path, name), text);
  }
  await mkdir(join(project.path, "node_modules"));
  await symlink(repositoryPath(), join(project.path, "node_modules/seatrial"));
  await symlink(repositoryPath("node_modules/vitest"), join(project.path, "node_modules/vitest"));
  return { directory: project.path, tempDir: temp.path, env: { NO_COLOR: "1", TMPDIR: temp.path } };
}

/** Starts vitest's main process in the project, as the leader of a process group of its own, as a shell does. */
export function startVitest({ directory, env }: VitestProject, args: string[] = ["run"]) {
  const options = { cwd: directory, env, reject: false, all: true, stdin: "ignore", detached: true } satisfies Options;
  const run = execa(process.execPath, [vitestProgram, ...args], options);
  onTestFinished(() => void run.kill("SIGKILL"));
  return run;
}

/** Resolves when a spec of the project has called `mark(name)`. */
export async function waitForMark({ directory }: VitestProject, name = "mark"): Promise<Mark> {
  const path = join(directory, name);
  const probe = () => (existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Mark) : undefined);
  return pollUntil(probe, { timeoutMs: 90_000, intervalMs: 20, waitingFor: `a spec to write ${name}` });
}
