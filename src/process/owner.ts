import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

let space: string | undefined;

/** What names of this process' folders begin with after their prefix: `<process id>-<where that id means something>`. */
export function ownedPrefix(): string {
  return `${process.pid}-${spaceOf()}`;
}

/**
 * The id of the process that made a folder of this name, when it could be seen from here. A container that shares the
 * temporary folder counts its processes anew: of its folders nothing can be said.
 */
export function ownerOf(name: string): number | undefined {
  const [, pid, where] = /^seatrial-(?:[a-z]+-)?(\d+)-([0-9a-f]{6})-/.exec(name) ?? [];
  return where === spaceOf() ? Number(pid) : undefined;
}

function spaceOf(): string {
  space ??= createHash("sha256")
    .update([hostname(), tryRead(readBootId), tryRead(readPidNamespace)].join("\n"))
    .digest("hex")
    .slice(0, 6);
  return space;
}

const readBootId = () => readFileSync("/proc/sys/kernel/random/boot_id", "utf8");
const readPidNamespace = () => readlinkSync("/proc/self/ns/pid");

// Only Linux has these; elsewhere processes of one machine see each other.
function tryRead(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
