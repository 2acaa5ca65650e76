import { describe, expect, it } from "vitest";
import type { DirectoryFacts, Facts } from "../../../src/doctor/facts.ts";
import { findProblems } from "../../../src/doctor/problems.ts";
import { healthy } from "../../helpers/doctor/healthy-facts.ts";

const MiB = 2 ** 20;
const withDirectory = (name: keyof Facts["directories"], more: Partial<DirectoryFacts>): Partial<Facts> => ({
  directories: { ...healthy.directories, [name]: { ...healthy.directories[name], ...more } },
});
const toBuild: Partial<Facts> = {
  engine: { path: null, source: "build", kubernetes: null, helm: null, problem: null },
};
const withMemory = (mebibytes: number, limitedBy: string | null = null): Partial<Facts> => ({
  memory: { availableBytes: mebibytes * MiB, totalBytes: 8192 * MiB, limitedBy, addressSpaceBytes: null },
});

describe("findProblems", () => {
  it("finds nothing on a healthy machine, nor on one that lacks only what is not needed", () => {
    expect(findProblems(healthy)).toEqual([]);
    const missing = { path: null, version: null, problem: null, isSilent: false };
    const bare = { go: missing, helm: missing, kubectl: missing, k3s: missing };
    expect(findProblems({ ...healthy, ...bare })).toEqual([]);
    expect(findProblems({ ...healthy, ...toBuild })).toEqual([]);
  });

  it.each<[Partial<Facts>, string, string]>([
    [
      withDirectory("temp", { problem: "no such file or directory" }),
      "error: the temporary directory /tmp cannot be written: no such file or directory",
      "set TMPDIR to another directory",
    ],
    [
      withDirectory("temp", { freeBytes: 100e6 }),
      "error: the temporary directory /tmp has 100 MB free; a control plane needs 125 MB",
      "set TMPDIR to another directory",
    ],
    [
      withDirectory("temp", { problem: "did not answer in 2 s", isSilent: true }),
      "warning: the temporary directory /tmp did not answer in 2 s",
      "set TMPDIR to another directory",
    ],
    [
      withDirectory("state", { problem: "read-only file system" }),
      "warning: `seatrial up` keeps its state in /state/default, which cannot be written: read-only file system",
      "set SEATRIAL_STATE_DIR to another directory",
    ],
    [
      { ...toBuild, ...withDirectory("cache", { problem: "read-only file system" }) },
      "error: an engine must be built, and /cache/engine cannot be written: read-only file system",
      "set SEATRIAL_CACHE_DIR to another directory",
    ],
    [
      { ...toBuild, ...withDirectory("cache", { isNoexec: true }) },
      "error: an engine must be built, and /cache/engine is on a file system that executes no programs (noexec)",
      "set SEATRIAL_CACHE_DIR to another directory",
    ],
    [
      { ...toBuild, ...withDirectory("cache", { freeBytes: 50e6 }) },
      "error: an engine must be built, and /cache/engine has 50 MB free; an engine needs 160 MB",
      "set SEATRIAL_CACHE_DIR to another directory",
    ],
    [
      { ...toBuild, ...withDirectory("cache", { freeBytes: 2e9 }) },
      "warning: a first build needs about 4000 MB in Go's caches; 2000 MB are free",
      "set GOCACHE and GOMODCACHE to directories with more space",
    ],
    [
      { ...toBuild, ...withMemory(2048) },
      "warning: building an engine needs about 3072 MiB of memory; 2048 MiB are available",
      "GOMAXPROCS=1 npx seatrial engine build",
    ],
    [
      withMemory(399, "/sys/fs/cgroup/memory.max"),
      "error: 399 MiB of memory are available (limit: /sys/fs/cgroup/memory.max); a control plane needs about 515 MiB",
      "raise the memory limit of the container",
    ],
    [
      withMemory(400),
      "warning: 400 MiB of memory are available; a control plane needs about 515 MiB",
      "end other processes",
    ],
    [
      { memory: { ...healthy.memory, addressSpaceBytes: 4000 * MiB } },
      "error: the address space of a process is limited to 4000 MiB (ulimit -v); an engine needs about 12288 MiB",
      "ulimit -v unlimited",
    ],
    [
      { loopback: { problem: "connect ENETUNREACH 127.0.0.1:1" } },
      "error: no connection over 127.0.0.1 is possible: connect ENETUNREACH 127.0.0.1:1",
      "ip link set lo up",
    ],
    [
      { controlPlane: { ...healthy.controlPlane, up: false, problem: "did not answer in 2 s" } },
      "warning: the control plane of `seatrial up` cannot be asked: did not answer in 2 s",
      "npx seatrial down",
    ],
    [
      { engine: { ...healthy.engine, problem: { message: "it fails", fix: "do this", stopsBoot: true } } },
      "error: it fails",
      "do this",
    ],
    [
      { engine: { ...healthy.engine, problem: { message: "it is slow", fix: "do that", stopsBoot: false } } },
      "warning: it is slow",
      "do that",
    ],
  ])("finds the problem in %j", (facts, text, fix) => {
    const problems = findProblems({ ...healthy, ...facts });
    expect(problems.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([text]);
    expect(problems[0]?.fix).toBe(fix);
  });

  it("ignores a cache that cannot be written when there is an engine", () => {
    const facts = withDirectory("cache", { problem: "read-only file system", isNoexec: true, freeBytes: 0 });
    expect(findProblems({ ...healthy, ...facts })).toEqual([]);
  });

  it("lists errors before warnings", () => {
    const facts = { ...withDirectory("state", { problem: "no" }), loopback: { problem: "no" } };
    expect(findProblems({ ...healthy, ...facts }).map(({ severity }) => severity)).toEqual(["error", "warning"]);
  });
});
