import { once } from "node:events";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import { isRunning, signalGroup } from "../../../../src/process/process-group.ts";
import { readFileTail } from "../../../../src/process/read-file-tail.ts";
import { makeTempDir } from "../../../../src/process/temp-dir.ts";
import { waitUntilGone } from "../../../helpers/wait-until-gone.ts";

const script = fileURLToPath(new URL("../../../programs/launch-and.ts", import.meta.url));

// Starts a Node process that launches a fake engine, and reads which one.
async function launchAnd(fake: string, action: string, env: Record<string, string> = {}) {
  const parent = execa(process.execPath, [script, fake, action], { reject: false, env, timeout: 50_000 });
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  const engine = JSON.parse(line.toString()) as { pid: number; dataDir: string };
  onTestFinished(() => void signalGroup(engine.pid, "SIGKILL"));
  return { parent, engine };
}

describe("a parent that ends", () => {
  it.each(["SIGKILL", "SIGINT", "SIGTERM", "SIGHUP"] as const)("by %s leaves no engine and no data", async (signal) => {
    const { parent, engine } = await launchAnd("starts", "wait");
    parent.kill(signal);
    expect((await parent).signal).toBe(signal);
    await waitUntilGone(engine.pid);
    expect(existsSync(engine.dataDir)).toBe(false);
  });

  it.each([
    ["exit", 5],
    ["throw", 1],
    ["return", 0],
  ])("by %s leaves no data and no engine, not even an engine that ignores everything", async (action, exitCode) => {
    const { parent, engine } = await launchAnd("ignores-stop", action);
    expect((await parent).exitCode).toBe(exitCode);
    await waitUntilGone(engine.pid);
    expect(existsSync(engine.dataDir)).toBe(false);
  });

  it("leaves a signal to its handler, and cleans up when the handler exits", async () => {
    const { parent, engine } = await launchAnd("ignores-stop", "handle-sigint");
    parent.kill("SIGINT");
    expect((await parent).exitCode).toBe(130);
    await waitUntilGone(engine.pid);
  });

  it("ends by itself after stop", async () => {
    const { parent, engine } = await launchAnd("starts", "stop");
    expect(await parent).toMatchObject({ exitCode: 0, timedOut: false });
    expect(isRunning(engine.pid)).toBe(false);
  });

  it("leaves no engine that is not detached yet, even by SIGKILL", async () => {
    const { parent, engine } = await launchAnd("detached", "wait-undetached");
    parent.kill("SIGKILL");
    await parent;
    await waitUntilGone(engine.pid);
    expect(existsSync(engine.dataDir)).toBe(false);
  });

  it("leaves a detached engine running, with its log in a file", async () => {
    await using dir = await makeTempDir();
    const logFile = join(dir.path, "engine.log");
    const { parent, engine } = await launchAnd("detached", "detach", { LOG_FILE: logFile });
    expect((await parent).exitCode).toBe(0);
    expect(isRunning(engine.pid)).toBe(true);
    expect(readFileTail(logFile)).toEqual([`arguments: serve --data-dir ${engine.dataDir} --lifeline=start`]);
    signalGroup(engine.pid, "SIGTERM");
    await waitUntilGone(engine.pid);
    await rm(engine.dataDir, { recursive: true });
  });
});
