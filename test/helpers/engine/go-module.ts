import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { onTestFinished, vi } from "vitest";
import type { BuildPaths } from "../../../src/engine/binary/build-paths.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { repositoryPath } from "../repository/repository-path.ts";

const hello = repositoryPath("fixtures/go-modules/hello");
const provideProgram = repositoryPath("test/programs/provide-engine-in.ts");
const buildProgram = repositoryPath("test/programs/build-engine-in.ts");

/** A copy of the stand-in for the engine's sources with some files replaced, and an empty cache for the engines that are built. */
export async function copyModule(files: Record<string, string> = {}): Promise<BuildPaths> {
  const { path, remove } = await makeTempDir();
  onTestFinished(remove);
  // Where the sources are when seatrial is installed.
  const sourceDir = join(path, "node_modules", "seatrial", "engine");
  await cp(hello, sourceDir, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeSource(sourceDir, name, text);
  const manifestPath = join(dirname(sourceDir), "package.json");
  return { sourceDir, manifestPath, cacheDir: join(path, "cache"), version: "1.2.3" };
}

export async function writeSource(sourceDir: string, name: string, text: string): Promise<void> {
  await mkdir(dirname(join(sourceDir, name)), { recursive: true });
  await writeFile(join(sourceDir, name), text);
}

/** Gives Go an empty cache, so that a build takes a few seconds. */
export async function emptyGoCache(): Promise<void> {
  const { path, remove } = await makeTempDir();
  onTestFinished(remove);
  vi.stubEnv("GOCACHE", path);
  onTestFinished(() => void vi.unstubAllEnvs());
}

/** Builds in a Node process of its own, which writes each progress and then the result as a line of JSON. */
export function buildInProcess(paths: BuildPaths) {
  return execa(process.execPath, [buildProgram, JSON.stringify(paths)], {
    reject: false,
    timeout: 60_000,
    lines: true,
  });
}

/** Finds or builds in a Node process of its own, which writes the location as a line of JSON. */
export function provideInProcess(paths: BuildPaths) {
  return execa(process.execPath, [provideProgram, JSON.stringify(paths)], {
    reject: false,
    timeout: 60_000,
    lines: true,
  });
}

/** Resolves when the process has written a line that matches. */
export async function waitForLine(process: ReturnType<typeof buildInProcess>, pattern: RegExp): Promise<void> {
  const { stdout } = process;
  await new Promise<void>((resolve) => {
    let text = "";
    const read = (chunk: Buffer) => {
      text += chunk.toString();
      if (!pattern.test(text)) return;
      stdout.off("data", read);
      resolve();
    };
    stdout.on("data", read);
  });
}
