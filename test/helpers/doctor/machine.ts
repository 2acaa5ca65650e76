import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Machine } from "../../../src/doctor/machine.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";

/** The parts of a machine for a probe. */
export interface MachineParts {
  /** Files below its root, such as `proc/version`. */
  files?: Record<string, string>;
  /** Programs on its PATH: shell scripts. */
  programs?: Record<string, string>;
  env?: Record<string, string>;
  /** @default 5000, which is enough on a busy machine */
  timeoutMs?: number;
}

/** A directory that looks to probes like a machine, gone when the test has finished. */
export async function makeMachine(parts: MachineParts = {}): Promise<Machine> {
  const { files = {}, programs = {}, env = {}, timeoutMs = 5000 } = parts;
  const { path: root, remove } = await makeTempDir("st-machine-");
  onTestFinished(remove);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const bin = await writePrograms(join(root, "bin"), programs);
  return { root, timeoutMs, env: { PATH: [bin, "/usr/bin", "/bin"].join(delimiter), ...env } };
}

/** Writes shell scripts into a directory and returns the directory. */
export async function writePrograms(directory: string, programs: Record<string, string>): Promise<string> {
  await mkdir(directory, { recursive: true });
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(directory, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(directory, name), 0o755);
  }
  return directory;
}
