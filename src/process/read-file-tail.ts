import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { Tail } from "./tail.ts";

const MAX_READ_BYTES = 64 * 1024;

/** The last lines of a log file, oldest first; an empty list when it cannot be read. */
export function readFileTail(path: string, count?: number): string[] {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return [];
  }
  try {
    const { size } = fstatSync(fd);
    const buffer = Buffer.alloc(Math.min(size, MAX_READ_BYTES));
    const length = readSync(fd, buffer, 0, buffer.length, size - buffer.length);
    const tail = new Tail();
    tail.write(buffer.subarray(0, length));
    return tail.lines(count);
  } finally {
    closeSync(fd);
  }
}
