import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The machine that the probes examine; tests pass a directory that looks like one. */
export interface Machine {
  env: Readonly<Record<string, string | undefined>>;
  /** The directory that contains `proc` and `sys`: `/`. */
  root: string;
  /** How long one probe may take, in milliseconds. */
  timeoutMs: number;
}

/** The text of a file below the root; `undefined` when it cannot be read. */
export async function readBelow({ root }: Machine, path: string): Promise<string | undefined> {
  return readFile(join(root, path), "utf8").catch(() => undefined);
}
