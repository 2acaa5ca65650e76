import { readdir, readFile, readlink } from "node:fs/promises";

/** A running process. */
export interface FoundProcess {
  pid: number;
  /** Its arguments, separated by spaces. */
  command: string;
}

/** The processes that run in a directory, guards included. */
export async function processesIn(directory: string): Promise<FoundProcess[]> {
  const found: FoundProcess[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    if (cwd?.replace(/ \(deleted\)$/, "") !== directory) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (command !== "") found.push({ pid: Number(pid), command: command.replaceAll("\0", " ").trim() });
  }
  return found;
}
