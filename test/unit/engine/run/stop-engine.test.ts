import { describe, expect, it } from "vitest";
import { launchEngine } from "../../../../src/engine/run/launch-engine.ts";
import { stopEngineByPid } from "../../../../src/engine/run/stop-engine.ts";
import { isRunning } from "../../../../src/process/process-group.ts";
import { makeTempDir } from "../../../../src/process/temp-dir.ts";
import { fakeEngine, launchFake } from "../../../helpers/engine/fake-engine.ts";
import { waitUntilGone } from "../../../helpers/wait-until-gone.ts";

describe("stop", () => {
  it("ends the engine by closing its lifeline", async () => {
    const engine = await launchFake("starts");
    expect(await engine.stop()).toMatchObject({
      exitCode: 0,
      signal: undefined,
      isForced: false,
      isExpected: true,
      reason: "stdin closed",
    });
    expect(isRunning(engine.pid)).toBe(false);
  });

  it("gives the same end to simultaneous and to later callers", async () => {
    const engine = await launchFake("starts");
    const [first, second] = await Promise.all([engine.stop(), engine.stop()]);
    expect(second).toBe(first);
    expect(await engine.stop()).toBe(first);
    expect(await engine.ended).toBe(first);
  });

  it("sends SIGTERM to an engine that ignores its lifeline", async () => {
    const engine = await launchFake("needs-sigterm");
    expect(await engine.stop()).toMatchObject({ exitCode: 0, isForced: false, reason: "signal terminated" });
  });

  it("kills an engine that ignores everything after two seconds and reports that", async () => {
    const engine = await launchFake("ignores-stop");
    const startedAt = performance.now();
    expect(await engine.stop()).toMatchObject({ signal: "SIGKILL", isForced: true, isExpected: true });
    expect(performance.now() - startedAt).toBeLessThan(2600);
  });

  it("leaves no process that the engine started, even one that keeps the output open", async () => {
    const engine = await launchFake("leaves-child");
    const childPid = Number(engine.steps[0]?.name.replace("child ", ""));
    expect(isRunning(childPid)).toBe(true);
    await engine.stop();
    await waitUntilGone(childPid);
  });

  it("removes its exit listeners with the last engine", async () => {
    const before = process.listenerCount("SIGTERM");
    const engines = [await launchFake("starts"), await launchFake("starts")];
    expect(process.listenerCount("SIGTERM")).toBe(before + 1);
    await Promise.all(engines.map((engine) => engine.stop()));
    expect(process.listenerCount("SIGTERM")).toBe(before);
  });
});

describe("stopEngineByPid", () => {
  it("ends a detached engine and reports whether it had to be killed", async () => {
    for (const [name, isForced] of [
      ["needs-sigterm", false],
      ["ignores-stop", true],
    ] as const) {
      await using dataDir = await makeTempDir();
      const engine = await launchEngine({ enginePath: fakeEngine(name), dataDir: dataDir.path, isDetachable: true });
      await engine.detach();
      expect(await stopEngineByPid({ pid: engine.pid })).toEqual({ isForced });
    }
  });

  it("resolves for an engine that is gone", async () => {
    const engine = await launchFake("starts");
    await engine.stop();
    expect(await stopEngineByPid({ pid: engine.pid })).toEqual({ isForced: false });
  });
});
