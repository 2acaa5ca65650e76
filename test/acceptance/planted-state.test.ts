import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { hostname } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import { isRunning } from "../../src/process/process-group.ts";
import { startOf } from "../../src/process/process-identity.ts";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { answering } from "../helpers/engine/engine-service.ts";
import { giveAway, OTHER_UID, requireTwoUsers } from "../helpers/other-user.ts";
import { startCli } from "../helpers/run-cli.ts";

/** A state directory as an attacker would plant it: its engine answers, its program leaves a mark, its pid is a bystander's. */
async function plant(changes: Record<string, unknown> = {}) {
  const { path, remove } = await makeTempDir("st-plant-");
  onTestFinished(remove);
  await chmod(path, 0o755);
  const directory = join(path, "state", "default");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const bystander = execa("sleep", ["600"], { reject: false, detached: true });
  const pid = bystander.pid ?? 0;
  onTestFinished(() => void bystander.kill("SIGKILL"));
  const engineSocket = join(directory, "engine.sock");
  const server = createServer(answering(200, { pid })).listen(engineSocket);
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const mark = join(path, "ran");
  const enginePath = join(directory, "program");
  await writeFile(enginePath, `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
  const versions = { kubernetes: "v1", helm: "v4", etcd: "v3", engine: "0" };
  const data = {
    ...{ server: "https://127.0.0.1:1", kubeconfigPath: join(directory, "kubeconfig"), engineSocket },
    ...{ dataDir: join(directory, "data-1"), pid, versions, capabilities: { pods: "simulated" } },
  };
  const state = {
    ...{ schemaVersion: 1, enginePath, logFile: join(directory, "engine.log"), kubeconfigPath: data.kubeconfigPath },
    ...{ startedAt: "2026-01-01T00:00:00Z", bootMs: 1, data, engineSource: "env", ...changes },
  };
  const stateFile = join(directory, "state.json");
  const startFile = join(directory, "start.json");
  await writeFile(stateFile, JSON.stringify(state), { mode: 0o600 });
  const seatrial = async (...args: string[]) => {
    const run = await startCli(args, { env: { SEATRIAL_STATE_DIR: join(path, "state") } });
    return { exitCode: run.exitCode, stdout: run.stdout, stderr: run.stderr };
  };
  return { path, directory, stateFile, startFile, state, pid, mark, seatrial };
}

type Planted = Awaited<ReturnType<typeof plant>>;

const commands = [["down"], ["kubectl", "get", "ns"], ["helm", "list"], ["env"], ["status"]];

async function expectRefused(planted: Planted, reason: string, tried = commands.slice(0, 2)): Promise<void> {
  const { seatrial, mark, pid, stateFile } = planted;
  for (const args of tried) {
    const { exitCode, stdout, stderr } = await seatrial(...args);
    expect({ args, exitCode, stdout, error: stderr.split("\n")[0] }).toEqual({
      args,
      exitCode: 3,
      stdout: "",
      error: `error: The state of \`seatrial up\` is not used: ${reason}`,
    });
  }
  expect(existsSync(mark)).toBe(false);
  expect(isRunning(pid)).toBe(true);
  expect(existsSync(stateFile)).toBe(true);
}

describe("the state of seatrial up", () => {
  it("is used when only this user could have written it, as the tests below would show otherwise", async () => {
    const { seatrial, mark } = await plant();
    expect((await seatrial("kubectl", "get", "ns")).exitCode).toBe(0);
    expect(existsSync(mark)).toBe(true);
  });

  it("is refused when others may write its directory, the directory above or one of its files", async () => {
    const planted = await plant();
    const { directory, path, stateFile, startFile } = planted;
    await chmod(directory, 0o777);
    const reason = `${directory} can be written by other users (mode 0777)`;
    await expectRefused(planted, reason, commands);
    const { stdout } = await planted.seatrial("doctor", "--json");
    expect((JSON.parse(stdout) as { controlPlane: { problem: string } }).controlPlane.problem).toContain(reason);
    await chmod(directory, 0o700);
    await chmod(path, 0o777);
    await expectRefused(planted, `${path} can be written by other users (mode 0777)`);
    await chmod(path, 0o755);
    await chmod(stateFile, 0o666);
    await expectRefused(planted, `${stateFile} can be written by other users (mode 0666)`);
    await chmod(stateFile, 0o600);
    await writeFile(startFile, JSON.stringify({ pid: planted.pid }));
    await chmod(startFile, 0o622);
    await expectRefused(planted, `${startFile} can be written by other users (mode 0622)`);
  });

  it("is refused when another user owns its directory, the directory above or one of its files", async (context) => {
    requireTwoUsers(context);
    const planted = await plant();
    giveAway(planted.stateFile);
    await expectRefused(planted, `${planted.stateFile} belongs to another user (uid ${OTHER_UID})`);
    giveAway(planted.directory);
    await expectRefused(planted, `${planted.directory} belongs to another user (uid ${OTHER_UID})`);
    const above = await plant();
    giveAway(above.path);
    await expectRefused(above, `${above.path} belongs to another user (uid ${OTHER_UID})`);
  });

  it("is refused for `up` and `up --no-wait`, too, which start nothing", async () => {
    const { seatrial, directory } = await plant();
    await chmod(directory, 0o777);
    for (const args of [["up"], ["up", "--no-wait"]]) {
      expect(await seatrial(...args)).toMatchObject({ exitCode: 3, stdout: "" });
    }
  });

  it("is not believed when it is a link, and not a state without the id of a process", async () => {
    const linked = await plant();
    const text = await readFile(linked.stateFile, "utf8");
    await writeFile(join(linked.path, "elsewhere.json"), text, { mode: 0o600 });
    await execa("rm", [linked.stateFile]);
    await symlink(join(linked.path, "elsewhere.json"), linked.stateFile);
    await expectRefused(linked, `${linked.stateFile} is not a regular file`);
    for (const pid of [1, -1, undefined, "1"]) {
      const { stateFile, state, seatrial } = await plant();
      await writeFile(stateFile, JSON.stringify({ ...state, data: { ...state.data, pid } }));
      expect(await seatrial("down")).toEqual({ exitCode: 0, stdout: "", stderr: "No control plane was up" });
    }
  });

  it("is waited for when a living process has locked it, and the wait is reported; a dead owner's lock is taken", async () => {
    const { directory, path, pid } = await plant();
    const lockFile = join(directory, "lock");
    const record = { token: "t", pid, host: hostname() };
    await writeFile(lockFile, JSON.stringify({ ...record, start: startOf(pid) }));
    const down = startCli(["down"], { env: { SEATRIAL_STATE_DIR: join(path, "state") } });
    let said = "";
    down.stderr.on("data", (chunk) => {
      said += chunk;
    });
    const sentence = `Waiting for process ${pid}, which starts or stops a control plane and has locked ${lockFile}\n`;
    await expect.poll(() => said, { timeout: 20_000 }).toBe(sentence);
    // The id of the owner belongs to another process by now.
    await writeFile(lockFile, JSON.stringify({ ...record, start: "000000-1" }));
    expect((await down).exitCode).toBe(3);
    expect(existsSync(lockFile)).toBe(false);
  });

  it("ends no process but the one that was started: another one with the same id stays", async () => {
    const other = await plant({ engineStart: "000000-1" });
    expect(await other.seatrial("down")).toMatchObject({ exitCode: 3, stdout: "" });
    expect(isRunning(other.pid)).toBe(true);
    const starting = await plant();
    await execa("rm", [starting.stateFile]);
    for (const start of [{ pid: starting.pid, start: "000000-1" }, { pid: starting.pid }, { pid: 1 }, {}]) {
      await writeFile(starting.startFile, JSON.stringify(start), { mode: 0o600 });
      expect(await starting.seatrial("down")).toMatchObject({ exitCode: 0 });
      expect(isRunning(starting.pid)).toBe(true);
    }
    const { pid, stateFile, state, seatrial } = await plant();
    await writeFile(stateFile, JSON.stringify({ ...state, engineStart: startOf(pid) }));
    expect((await seatrial("down")).stderr).toBe(`The control plane (process ${pid}) was stopped`);
    expect(isRunning(pid)).toBe(false);
  });
});
