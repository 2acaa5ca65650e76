import { userInfo } from "node:os";
import type { UserFacts } from "../facts.ts";
import { type Machine, readBelow } from "../machine.ts";

/** The user of this process, and how many of the kernel's capabilities are in effect. */
export async function probeUser(machine: Machine): Promise<UserFacts> {
  const status = (await readBelow(machine, "proc/self/status")) ?? "";
  const effective = /^CapEff:\s+([0-9a-f]+)$/m.exec(status)?.[1];
  // gVisor does not have the file; 40 is the last capability of Linux since 5.9.
  const last = Number.parseInt((await readBelow(machine, "proc/sys/kernel/cap_last_cap")) ?? "40", 10);
  return {
    uid: process.getuid?.() ?? null,
    name: userName(),
    capabilities: effective === undefined ? null : { effective: countBits(effective), known: last + 1 },
  };
}

function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    // An id without an entry in /etc/passwd, as in many containers.
    return null;
  }
}

function countBits(hexadecimal: string): number {
  return BigInt(`0x${hexadecimal}`).toString(2).replaceAll("0", "").length;
}
