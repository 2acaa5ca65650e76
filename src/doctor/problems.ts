import type { DoctorReport, FolderFacts, Problem } from "./facts.ts";

/** What a boot needs, as far as doctor measures it. */
export const needs = {
  /** The data folder, nearly all of it etcd's preallocated log; see docs/control-plane.md. */
  dataBytes: 125e6,
  /** The engine's resident memory when it is ready; the kernel can take some of it back. */
  bootBytes: 515 * 2 ** 20,
  /** In a control group with less, the boot was killed each time; with 450 MiB it came through. */
  leastBootBytes: 400 * 2 ** 20,
  /** The engine's file. */
  engineBytes: 160e6,
  /** A first build, in Go's caches and in memory. */
  buildBytes: 4e9,
  buildMemoryBytes: 3 * 2 ** 30,
} as const;

/** The facts of a report without the judgement. */
export type Facts = Omit<DoctorReport, "schemaVersion" | "problems" | "canBoot">;

/** What would stop a boot on a machine with these facts, or make it worse: errors first. */
export function findProblems(facts: Facts): Problem[] {
  const problems = [
    ...engineProblems(facts),
    ...tempProblems(facts),
    ...memoryProblems(facts),
    ...loopbackProblems(facts),
    ...backgroundProblems(facts),
  ];
  const of = (severity: Problem["severity"]) => problems.filter((problem) => problem.severity === severity);
  return [...of("error"), ...of("warning")];
}

function engineProblems({ engine, memory, folders: { cache } }: Facts): Problem[] {
  const problems: Problem[] = [];
  if (engine.problem !== null) {
    const { message, mend, stopsBoot } = engine.problem;
    problems.push({ severity: stopsBoot ? "error" : "warning", message, mend });
  }
  if (engine.source !== "build") return problems;
  const elsewhere = "set SEATRIAL_CACHE_DIR to another folder";
  const before = `an engine must be built, and ${cache.path}`;
  if (cache.problem !== null) {
    problems.push({ severity: severityOf(cache), message: `${before} ${verdictOn(cache)}`, mend: elsewhere });
  }
  if (cache.isNoexec) {
    const message = `${before} is on a file system from which no program may be started (noexec)`;
    problems.push({ severity: "error", message, mend: elsewhere });
  }
  if (isBelow(cache.freeBytes, needs.engineBytes)) {
    const message = `${before} has ${megabytes(cache.freeBytes)} free of the ${megabytes(needs.engineBytes)} for it`;
    problems.push({ severity: "error", message, mend: elsewhere });
  } else if (isBelow(cache.freeBytes, needs.buildBytes)) {
    const message = `a first build needs about ${megabytes(needs.buildBytes)} in Go's caches; ${megabytes(cache.freeBytes)} are free`;
    problems.push({ severity: "warning", message, mend: "set GOCACHE and GOMODCACHE to folders with more space" });
  }
  if (isBelow(memory.availableBytes, needs.buildMemoryBytes)) {
    const message = `building an engine needs about ${mebibytes(needs.buildMemoryBytes)} of memory; ${mebibytes(memory.availableBytes)} are available`;
    problems.push({ severity: "warning", message, mend: "GOMAXPROCS=1 npx seatrial engine build" });
  }
  return problems;
}

function tempProblems({ folders: { temp } }: Facts): Problem[] {
  const mend = "set TMPDIR to another folder";
  if (temp.problem !== null) {
    const message = `the temporary folder ${temp.path} ${verdictOn(temp)}`;
    return [{ severity: severityOf(temp), message, mend }];
  }
  if (!isBelow(temp.freeBytes, needs.dataBytes)) return [];
  const message = `the temporary folder ${temp.path} has ${megabytes(temp.freeBytes)} free; a control plane needs ${megabytes(needs.dataBytes)}`;
  return [{ severity: "error", message, mend }];
}

function memoryProblems({ memory: { availableBytes, limitedBy } }: Facts): Problem[] {
  if (!isBelow(availableBytes, needs.bootBytes)) return [];
  const by = limitedBy === null ? "" : ` (limit: ${limitedBy})`;
  const message = `${mebibytes(availableBytes)} of memory are available${by}; a boot needs about ${mebibytes(needs.bootBytes)}`;
  const mend = limitedBy === null ? "end other processes" : "raise the memory limit of the container";
  const isTooLittle = availableBytes < needs.leastBootBytes;
  return [{ severity: isTooLittle ? "error" : "warning", message, mend }];
}

function loopbackProblems({ loopback: { problem } }: Facts): Problem[] {
  if (problem === null) return [];
  const message = `no connection over 127.0.0.1 is possible: ${problem}`;
  return [{ severity: "error", message, mend: "ip link set lo up" }];
}

function backgroundProblems({ controlPlane, folders: { state } }: Facts): Problem[] {
  const problems: Problem[] = [];
  if (state.problem !== null) {
    const message = `\`seatrial up\` keeps its state in ${state.path}, which ${verdictOn(state)}`;
    problems.push({ severity: "warning", message, mend: "set SEATRIAL_STATE_DIR to another folder" });
  }
  if (controlPlane.problem !== null) {
    const message = `the control plane of \`seatrial up\` does not say how it is: ${controlPlane.problem}`;
    problems.push({ severity: "warning", message, mend: "npx seatrial down" });
  }
  return problems;
}

// A folder that is slow to answer now may be quick enough for a boot: that it cannot be used is not known.
function severityOf({ isSilent }: FolderFacts): Problem["severity"] {
  return isSilent ? "warning" : "error";
}

function verdictOn({ problem, isSilent }: FolderFacts): string {
  return isSilent ? `${problem}` : `cannot be written: ${problem}`;
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
