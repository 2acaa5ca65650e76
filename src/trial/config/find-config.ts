import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UsageError } from "../../errors/usage-error.ts";

/** The name of the file with the settings of `check` and `diff`. */
export const CONFIG_FILE = "seatrial.yaml";

// Names that somebody may expect to be read.
const WRONG_NAME = /^\.?seatrial(?:\.config)?\.ya?ml$/i;

/**
 * The seatrial.yaml of a repository: in the working directory, or in the nearest directory above it, up to the root of the
 * repository. Without a repository, only the working directory is searched. Rejects with `SEATRIAL_USAGE` for a file of a
 * similar name, which would not be read.
 */
export async function findRootConfig(cwd: string): Promise<string | undefined> {
  const root = await findRepositoryRoot(cwd);
  for (let directory = cwd; ; directory = dirname(directory)) {
    const found = await findIn(directory);
    if (found !== undefined) return found;
    if (root === undefined || directory === root) return undefined;
  }
}

/** The `ci/seatrial.yaml` of a chart's directory. Rejects with `SEATRIAL_USAGE` for a file of a similar name. */
export function findChartConfig(chartPath: string): Promise<string | undefined> {
  return findIn(join(chartPath, "ci"));
}

/** The root of the work tree that a directory is in, which has a `.git`. */
export async function findRepositoryRoot(path: string): Promise<string | undefined> {
  for (let directory = path; ; directory = dirname(directory)) {
    if ((await stat(join(directory, ".git")).catch(() => undefined)) !== undefined) return directory;
    if (directory === dirname(directory)) return undefined;
  }
}

async function findIn(directory: string): Promise<string | undefined> {
  const names = await readdir(directory).catch((): string[] => []);
  if (names.includes(CONFIG_FILE)) return join(directory, CONFIG_FILE);
  const wrong = names.find((name) => WRONG_NAME.test(name));
  if (wrong === undefined) return undefined;
  throw new UsageError(`${join(directory, wrong)} is not read: the name of the file is ${CONFIG_FILE}`, {
    hint: "rename the file",
  });
}
