import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

let id: string | undefined;

/**
 * Identifies where the ids of this process and its neighbours mean something, in 6 hexadecimal digits: the machine, since its
 * last boot, and on Linux the pid namespace. A container that shares a directory with its host numbers its processes anew.
 */
export function pidNamespaceId(): string {
  id ??= createHash("sha256")
    .update([hostname(), tryRead(readBootId), tryRead(readPidNamespace)].join("\n"))
    .digest("hex")
    .slice(0, 6);
  return id;
}

const readBootId = () => readFileSync("/proc/sys/kernel/random/boot_id", "utf8");
const readPidNamespace = () => readlinkSync("/proc/self/ns/pid");

// Only Linux has these; elsewhere the processes of one machine see each other.
function tryRead(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
