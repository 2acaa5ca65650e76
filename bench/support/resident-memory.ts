import { readFile } from "node:fs/promises";

/** The memory of a process in MiB, as Linux measures it. */
export interface ResidentMemory {
  resident: number;
  /** The part of `resident` that is heap and stacks. The rest are pages of the program file, which the system can drop. */
  anonymous: number;
  /** The maximum of `resident` so far. */
  peak: number;
}

/** Reads `/proc`; Linux only. */
export async function residentMemory(pid: number): Promise<ResidentMemory> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const inMiB = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) / 1024;
  return { resident: inMiB("VmRSS"), anonymous: inMiB("RssAnon"), peak: inMiB("VmHWM") };
}
