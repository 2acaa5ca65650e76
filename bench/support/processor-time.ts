import { readFile } from "node:fs/promises";

// The unit of /proc: USER_HZ, which is 100 on every Linux that Node runs on.
const MS_PER_TICK = 10;

/** The processor time of a process in milliseconds, user and system, without its children. Linux only. */
export async function processorTime(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // The name of the program, in parentheses, may contain spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}
