import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** What the probes look at: another one in tests. */
export interface Machine {
  env: Readonly<Record<string, string | undefined>>;
  /** The folder in which `proc` and `sys` are: `/`. */
  root: string;
  /** How long one probe may take, in milliseconds. */
  timeoutMs: number;
}

/** The text of a file below the root; `undefined` when it cannot be read. */
export async function readBelow({ root }: Machine, path: string): Promise<string | undefined> {
  return readFile(join(root, path), "utf8").catch(() => undefined);
}
