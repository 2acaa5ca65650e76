import { readFile } from "node:fs/promises";

/** A process' memory in MiB, as Linux counts it. */
export interface ResidentMemory {
  resident: number;
  /** Of `resident`: heap and stacks. The rest is pages of the program itself, which the system can drop. */
  anonymous: number;
  /** The most that was ever resident. */
  peak: number;
}

/** Reads `/proc`; Linux only. */
export async function residentMemory(pid: number): Promise<ResidentMemory> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const inMiB = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) / 1024;
  return { resident: inMiB("VmRSS"), anonymous: inMiB("RssAnon"), peak: inMiB("VmHWM") };
}
