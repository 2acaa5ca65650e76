import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { signalGroup } from "../../../src/process/process-group.ts";
import { isSameProcess, startOf } from "../../../src/process/process-identity.ts";

describe("isSameProcess", () => {
  it("knows a process again by its start, and another process with the same id as another", () => {
    const start = startOf(process.pid);
    expect(start).toMatch(/^[0-9a-f]{6}-/);
    expect(isSameProcess({ pid: process.pid, start })).toBe(true);
    expect(isSameProcess({ pid: process.pid, start: `${start}0` })).toBe(false);
    expect(startOf(process.ppid)).not.toBe(start);
  });

  it("is false for a process that has ended", async () => {
    const child = execa("sleep", ["60"], { reject: false });
    const known = { pid: child.pid ?? 0, start: startOf(child.pid ?? 0) };
    expect(isSameProcess(known)).toBe(true);
    child.kill("SIGKILL");
    await child;
    expect(isSameProcess(known)).toBe(false);
  });

  it.for([0, -1, 1.5, Number.NaN, undefined as never])("is false for %s, which is not the id of a process", (pid) => {
    expect(isSameProcess({ pid })).toBe(false);
  });

  it.runIf(process.platform === "linux")("compares the program when the start is not known", () => {
    expect(isSameProcess({ pid: process.pid, executable: process.execPath })).toBe(true);
    expect(isSameProcess({ pid: process.pid, executable: "/bin/sh" })).toBe(false);
  });
});

describe("signalGroup", () => {
  // SIGURG, which every program ignores: with these ids it would reach every process of this user.
  it.for([1, 0, -1, Number.NaN, undefined as never])("sends nothing for %s", (pid) => {
    expect(signalGroup(pid, "SIGURG")).toBe(false);
  });
});
