import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { launchEngine } from "../../../../src/engine/run/launch-engine.ts";
import type { EngineError } from "../../../../src/errors/engine-error.ts";
import type { TimeoutError } from "../../../../src/errors/timeout-error.ts";
import { isRunning } from "../../../../src/process/process-group.ts";
import { makeTempDir } from "../../../../src/process/temp-dir.ts";
import { fakeEngine, launchFake } from "../../../helpers/engine/fake-engine.ts";
import { rejectionOf } from "../../../helpers/rejection-of.ts";

// Paths and times differ from run to run; the rest of a message is compared as a whole.
function stable(error: Error): string {
  return error.message
    .replace(/after \d+ ms/g, "after N ms")
    .replaceAll(/(at|engine:|package:) \/.*?(?=\n|:|$)/g, (_all, word: string) => `${word} <path>`);
}

describe("launchEngine", () => {
  it("resolves with what the engine reported", async () => {
    const seen: string[] = [];
    const engine = await launchFake("starts", { onStep: (step) => seen.push(step.name) });
    expect(engine.hello.kubernetes).toBe("v1.37.2");
    expect(engine.hello.pid).toBe(engine.pid);
    expect(engine.ready.server).toBe("https://127.0.0.1:34567");
    expect(engine.steps).toEqual([
      { type: "step", name: "certificates", elapsedMs: 10 },
      { type: "step", name: "etcd", elapsedMs: 120 },
    ]);
    expect(seen).toEqual(["certificates", "etcd"]);
  });

  it("reports an early exit with the exit code, the last step and the last output", async () => {
    const error = await rejectionOf<EngineError>(launchFake("exits-early"));
    expect(error).toMatchObject({ name: "EngineError", code: "SEATRIAL_ENGINE_EXITED", exitCode: 7 });
    expect(error.outputTail).toEqual(["apiserver: cannot bind", "apiserver: giving up"]);
    expect(stable(error)).toMatchInlineSnapshot(`
      "The engine exited before the control plane was ready: exit code 7 after N ms
        last step: etcd (after N ms)
        engine: <path>
        output (its end):
          apiserver: cannot bind
          apiserver: giving up"
    `);
  });

  it("reports an exit before the first message", async () => {
    expect(stable(await rejectionOf(launchFake("exits-at-once")))).toMatchInlineSnapshot(`
      "The engine exited before the control plane was ready: exit code 2 after N ms
        last step: none
        engine: <path>
        output (its end):
          unknown command serve"
    `);
  });

  it("names the signal that killed the engine and the usual cause", async () => {
    const error = await rejectionOf<EngineError>(launchFake("kills-itself"));
    expect(error.signal).toBe("SIGKILL");
    expect(stable(error)).toMatchInlineSnapshot(`
      "The engine exited before the control plane was ready: killed by SIGKILL after N ms
        last step: none
        engine: <path>
        output: none
      Hint: the usual cause is a lack of memory; the engine needs about 515 MiB"
    `);
  });

  it("names both versions and both paths when the engine speaks another protocol", async () => {
    const error = await rejectionOf<EngineError>(launchFake("other-protocol"));
    expect(error.code).toBe("SEATRIAL_ENGINE_PROTOCOL");
    expect(error.message).toContain(fakeEngine("other-protocol"));
    expect(stable(error)).toMatchInlineSnapshot(`
      "The engine speaks protocol 2, this package speaks 1
        engine: 9.9.9 at <path>
        package: <path>
      Hint: \`npx seatrial engine clean\` and \`npx seatrial engine build\` build a matching engine"
    `);
  });

  it("refuses a malformed line before the engine is ready", async () => {
    const error = await rejectionOf<EngineError>(launchFake("malformed-line"));
    expect(error.code).toBe("SEATRIAL_ENGINE_PROTOCOL");
    expect(stable(error)).toMatchInlineSnapshot(`
      "The engine violated the protocol: it sent a line that is not a JSON object: "etcd is up!"
        last step: none
        engine: <path>
        output: none
      Hint: \`npx seatrial engine clean\` and \`npx seatrial engine build\` build a matching engine"
    `);
  });

  it("refuses an engine whose first message is not hello", async () => {
    const error = await rejectionOf<EngineError>(launchFake("no-hello"));
    expect(error.code).toBe("SEATRIAL_ENGINE_PROTOCOL");
    expect(stable(error).split("\n")[0]).toMatchInlineSnapshot(
      `"The engine violated the protocol: it sent "ready" before "hello""`,
    );
  });

  it("ignores message types and fields that it does not know", async () => {
    const engine = await launchFake("unknown-messages");
    expect(engine.ready.type).toBe("ready");
  });

  it("reports the component that failed instead of the exit that followed", async () => {
    const error = await rejectionOf<EngineError>(launchFake("component-fails"));
    expect(error.code).toBe("SEATRIAL_ENGINE_EXITED");
    expect(stable(error)).toMatchInlineSnapshot(`
      "The engine's apiserver failed after N ms: no free address
        last step: etcd (after N ms)
        engine: <path>
        output (its end):
          apiserver: no free address"
    `);
  });

  it("reports an engine that is too slow with its last step and output, and leaves no process running", async () => {
    const { path: dataDir, remove } = await makeTempDir();
    onTestFinished(remove);
    const error = await rejectionOf<TimeoutError>(
      launchEngine({ enginePath: fakeEngine("never-ready"), dataDir, startTimeoutMs: 1500 }),
    );
    expect(error.code).toBe("SEATRIAL_TIMEOUT");
    expect(error.waitedMs).toBeGreaterThanOrEqual(1500);
    expect(stable(error)).toMatchInlineSnapshot(`
      "Timed out after N ms waiting for the engine to be ready
        last step: etcd (after N ms)
        engine: <path>
        output (its end):
          waiting for the API server"
    `);
    expect(existsSync(dataDir)).toBe(false);
  });

  it("stops the engine when the start is aborted", async () => {
    const abort = new AbortController();
    const { path: dataDir, remove } = await makeTempDir();
    onTestFinished(remove);
    const start = launchEngine({
      enginePath: fakeEngine("never-ready"),
      dataDir,
      signal: abort.signal,
      onStep: () => abort.abort("enough"),
    });
    const error = await rejectionOf<EngineError>(start);
    expect(error).toMatchObject({ code: "SEATRIAL_CANCELLED", cause: "enough" });
    expect(existsSync(dataDir)).toBe(false);
  });

  it("starts nothing when the signal has aborted before", async () => {
    const error = await rejectionOf<EngineError>(launchFake("starts", { signal: AbortSignal.abort() }));
    expect(error.code).toBe("SEATRIAL_CANCELLED");
  });

  it("reports why a file cannot be started", async () => {
    const missing = await rejectionOf<EngineError>(launchFake("starts", { enginePath: "/nowhere/engine" }));
    expect(missing.code).toBe("SEATRIAL_ENGINE_NOT_EXECUTABLE");
    expect(missing.message).toMatchInlineSnapshot(`
      "The engine at /nowhere/engine cannot be started: it, or the interpreter that it names, does not exist
      Hint: \`npx seatrial engine clean\` and \`npx seatrial engine build\` build a new one"
    `);
    const plain = fakeEngine("speak");
    const refused = await rejectionOf<EngineError>(launchFake("starts", { enginePath: plain }));
    expect(refused.message.replace(plain, "<path>").split("\n")[0]).toMatchInlineSnapshot(
      `"The engine at <path> cannot be started: it may not be executed (its mode lacks x, or the file system is mounted noexec)"`,
    );
  });

  it("resolves ended with the engine's own reason when it ends after it was ready", async () => {
    const engine = await launchFake("ends-after-ready");
    expect(await engine.ended).toMatchObject({ exitCode: 1, isExpected: false, reason: "etcd: disk is gone" });
    expect(await engine.stop()).toMatchObject({ isExpected: false, isForced: false });
  });

  it("writes the log to a file when asked to, and still shows its end", async () => {
    const { path: dir, remove } = await makeTempDir();
    onTestFinished(remove);
    const logFile = join(dir, "engine.log");
    const error = await rejectionOf<EngineError>(launchFake("exits-early", { logFile }));
    expect(error).toMatchObject({ logPath: logFile, outputTail: ["apiserver: cannot bind", "apiserver: giving up"] });
    expect(error.message).toContain(`output of ${logFile} (its end):`);
  });

  it("keeps the output that comes while the engine runs", async () => {
    const engine = await launchFake("starts");
    await engine.stop();
    expect(engine.outputTail()).toEqual(["etcd is serving"]);
    expect(isRunning(engine.pid)).toBe(false);
  });
});
