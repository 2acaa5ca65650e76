import { readFileSync } from "node:fs";
import { execa, type Options } from "execa";
import { isBuilt } from "../../scripts/build.mjs";
import { repositoryPath } from "./repository/repository-path.ts";

const root = repositoryPath();
/** The program that users run. */
export const bin = repositoryPath("bin/seatrial.js");

export interface CliRun {
  cwd?: string;
  env?: Record<string, string>;
}

/** Starts `seatrial` as a user does: the compiled program, without colour. */
export function startCli(args: readonly string[], { cwd = root, env = {} }: CliRun = {}) {
  throwIfStale();
  const options = { cwd, env: { NO_COLOR: "1", ...env }, reject: false, stdin: "ignore" } satisfies Options;
  return execa(process.execPath, [bin, ...args], options);
}

/** Runs `seatrial` to its end. */
export async function runCli(args: readonly string[], run: CliRun = {}) {
  const { exitCode, stdout, stderr } = await startCli(args, run);
  return { exitCode, stdout, stderr };
}

/** Replaces what differs from run to run with words: durations, versions, processes, ports, random names, this checkout. */
export function stable(text: string): string {
  return text
    .replaceAll(root, "<root>/")
    .replace(/^(times in ms| {2}\S+ +(ok|warn|FAIL|ERROR)) .*$/gm, stableRow)
    .replace(/\b(\d+ min )?\d+(\.\d+)? m?s\b/g, "<time>")
    .replace(/\bv\d+\.\d+\.\d+\b/g, "<version>")
    .replace(/\bprocess \d+/g, "process <pid>")
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:<port>")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<date>")
    .replace(/data-\w{6}/g, "data-<random>");
}

// The columns of the table are as wide as the longest duration in them.
function stableRow(row: string): string {
  return row.replace(/\b(ok|warn|FAIL|ERROR) \d+/g, "$1 <ms>").replace(/(?<=\S) {2,}/g, "  ");
}

/** The ids of a process' children (Linux). */
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
}

/** Throws when `dist` was compiled from other sources: a test of an old build would say nothing about the sources. */
export function throwIfStale(): void {
  if (!isBuilt(root)) throw new Error("dist was not compiled from the current sources: run `npm run build`");
}
