import { readFile } from "node:fs/promises";

// The unit of /proc: USER_HZ, which is 100 on every Linux that Node runs on.
const MS_PER_TICK = 10;

/** The processor time of a process in milliseconds, user and system, without its children. Linux only. */
export async function processorTime(pid: number): Promise<number> {
  const fields = await statOf(pid);
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

/** The processor time of the children of this process that have ended, and of theirs, in milliseconds. Linux only. */
export async function processorTimeOfChildren(): Promise<number> {
  const fields = await statOf(process.pid);
  return (Number(fields[13]) + Number(fields[14])) * MS_PER_TICK;
}

async function statOf(pid: number): Promise<string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // The name of the program, in parentheses, may contain spaces.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
