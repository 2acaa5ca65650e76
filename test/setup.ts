import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";

// A test file that leaves a process, a directory or a warning behind fails, and the failure names it.
const outerTempDir = tmpdir();
const warnings: string[] = [];
const onWarning = (warning: Error) => warnings.push(`${warning.name}: ${warning.message}`);
let tempDir: string;

beforeAll(() => {
  process.on("warning", onWarning);
  tempDir = mkdtempSync(join(outerTempDir, "st-"));
  process.env.TMPDIR = tempDir;
});

afterAll(() => {
  process.off("warning", onWarning);
  process.env.TMPDIR = outerTempDir;
  const leftDirectories = readdirSync(tempDir).filter((name) => name.startsWith("seatrial-"));
  rmSync(tempDir, { recursive: true, force: true });
  expect({ processes: childProcesses(), directories: leftDirectories, warnings }).toEqual({
    processes: [],
    directories: [],
    warnings: [],
  });
});

// Only Linux has /proc; CI runs on Linux.
function childProcesses(): string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        if (state === "Z" || Number(parent) !== process.pid) return [];
        return [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim()];
      } catch {
        return [];
      }
    });
}
