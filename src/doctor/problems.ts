import { describeAddressSpace } from "../engine/run/address-space.ts";
import type { DirectoryFacts, Facts, Problem } from "./facts.ts";

/** What the start of a control plane needs, as far as doctor measures it. */
export const needs = {
  /** The data directory, mostly etcd's preallocated log; see docs/control-plane.md. */
  dataBytes: 125e6,
  /** The engine's resident memory when it is ready; the kernel can take some of it back. */
  bootBytes: 515 * 2 ** 20,
  /** In a control group with less, the engine was killed each time; with 450 MiB it started. */
  leastBootBytes: 400 * 2 ** 20,
  /** The engine's file. */
  engineBytes: 160e6,
  /** A first build, in Go's caches and in memory. */
  buildBytes: 4e9,
  buildMemoryBytes: 3 * 2 ** 30,
} as const;

/** What prevents a control plane from starting on a machine with these facts, or may do so: errors first. */
export function findProblems(facts: Facts): Problem[] {
  const problems = [
    ...engineProblems(facts),
    ...tempProblems(facts),
    ...memoryProblems(facts),
    ...addressSpaceProblems(facts),
    ...loopbackProblems(facts),
    ...backgroundProblems(facts),
  ];
  const of = (severity: Problem["severity"]) => problems.filter((problem) => problem.severity === severity);
  return [...of("error"), ...of("warning")];
}

function engineProblems({ engine, memory, directories: { cache } }: Facts): Problem[] {
  const problems: Problem[] = [];
  if (engine.problem !== null) {
    const { message, fix, stopsBoot } = engine.problem;
    problems.push({ severity: stopsBoot ? "error" : "warning", message, fix });
  }
  if (engine.source !== "build") return problems;
  const elsewhere = "set SEATRIAL_CACHE_DIR to another directory";
  const before = `an engine must be built, and ${cache.path}`;
  if (cache.problem !== null) {
    problems.push({ severity: severityOf(cache), message: `${before} ${verdictOn(cache)}`, fix: elsewhere });
  }
  if (cache.isNoexec) {
    const message = `${before} is on a file system that executes no programs (noexec)`;
    problems.push({ severity: "error", message, fix: elsewhere });
  }
  if (isBelow(cache.freeBytes, needs.engineBytes)) {
    const message = `${before} has ${megabytes(cache.freeBytes)} free; an engine needs ${megabytes(needs.engineBytes)}`;
    problems.push({ severity: "error", message, fix: elsewhere });
  } else if (isBelow(cache.freeBytes, needs.buildBytes)) {
    const message = `a first build needs about ${megabytes(needs.buildBytes)} in Go's caches; ${megabytes(cache.freeBytes)} are free`;
    problems.push({ severity: "warning", message, fix: "set GOCACHE and GOMODCACHE to directories with more space" });
  }
  if (isBelow(memory.availableBytes, needs.buildMemoryBytes)) {
    const message = `building an engine needs about ${mebibytes(needs.buildMemoryBytes)} of memory; ${mebibytes(memory.availableBytes)} are available`;
    problems.push({ severity: "warning", message, fix: "GOMAXPROCS=1 npx seatrial engine build" });
  }
  return problems;
}

function tempProblems({ directories: { temp } }: Facts): Problem[] {
  const fix = "set TMPDIR to another directory";
  if (temp.problem !== null) {
    const message = `the temporary directory ${temp.path} ${verdictOn(temp)}`;
    return [{ severity: severityOf(temp), message, fix }];
  }
  if (!isBelow(temp.freeBytes, needs.dataBytes)) return [];
  const message = `the temporary directory ${temp.path} has ${megabytes(temp.freeBytes)} free; a control plane needs ${megabytes(needs.dataBytes)}`;
  return [{ severity: "error", message, fix }];
}

function memoryProblems({ memory: { availableBytes, limitedBy } }: Facts): Problem[] {
  if (!isBelow(availableBytes, needs.bootBytes)) return [];
  const by = limitedBy === null ? "" : ` (limit: ${limitedBy})`;
  const message = `${mebibytes(availableBytes)} of memory are available${by}; a control plane needs about ${mebibytes(needs.bootBytes)}`;
  const fix = limitedBy === null ? "end other processes" : "raise the memory limit of the container";
  const isTooLittle = availableBytes < needs.leastBootBytes;
  return [{ severity: isTooLittle ? "error" : "warning", message, fix }];
}

function addressSpaceProblems({ memory: { addressSpaceBytes } }: Facts): Problem[] {
  const message = describeAddressSpace(addressSpaceBytes ?? undefined);
  return message === undefined ? [] : [{ severity: "error", message, fix: "ulimit -v unlimited" }];
}

function loopbackProblems({ loopback: { problem } }: Facts): Problem[] {
  if (problem === null) return [];
  const message = `no connection over 127.0.0.1 is possible: ${problem}`;
  return [{ severity: "error", message, fix: "ip link set lo up" }];
}

function backgroundProblems({ controlPlane, directories: { state } }: Facts): Problem[] {
  const problems: Problem[] = [];
  if (state.problem !== null) {
    const message = `\`seatrial up\` keeps its state in ${state.path}, which ${verdictOn(state)}`;
    problems.push({ severity: "warning", message, fix: "set SEATRIAL_STATE_DIR to another directory" });
  }
  if (controlPlane.problem !== null) {
    const message = `the control plane of \`seatrial up\` cannot be asked: ${controlPlane.problem}`;
    problems.push({ severity: "warning", message, fix: "npx seatrial down" });
  }
  return problems;
}

// A directory that is slow to answer now may be fast enough later: it is not known whether it can be used.
function severityOf({ isSilent }: DirectoryFacts): Problem["severity"] {
  return isSilent ? "warning" : "error";
}

function verdictOn({ problem, isSilent }: DirectoryFacts): string {
  if (isSilent) return `${problem}`;
  const verb = /another user|other users/.test(problem ?? "") ? "used" : "written";
  return `cannot be ${verb}: ${problem}`;
}

function isBelow(bytes: number | null, needed: number): bytes is number {
  return bytes !== null && bytes < needed;
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1e6)} MB`;
}

function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)} MiB`;
}
