import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { provideEngine } from "../../src/engine/binary/provide-engine.ts";
import { isRunning } from "../../src/process/process-group.ts";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";
import { pollUntil } from "../../src/util/poll.ts";
import { writePrograms } from "../helpers/doctor/machine.ts";
import { repositoryPath } from "../helpers/repository/repository-path.ts";
import { bin, runCli } from "../helpers/run-cli.ts";

const examples = repositoryPath("docs/examples/");
const { path: enginePath } = await provideEngine();
// Much longer than a start or a refusal takes, much shorter than a build.
const soonMs = 60_000;

// The input that a cloud sandbox passes to its hook.
const event = { session_id: "1", hook_event_name: "SessionStart", source: "startup", cwd: "/" };

let home: TempDir;
let project: string;
let envFile: string;
let env: Record<string, string>;

beforeEach(async () => {
  home = await makeTempDir("st-hook-");
  project = join(home.path, "it's a project");
  envFile = join(home.path, "session env.sh");
  await mkdir(join(project, ".claude"), { recursive: true });
  await mkdir(join(project, "node_modules", ".bin"), { recursive: true });
  await symlink(bin, join(project, "node_modules", ".bin", "seatrial"));
  await copyFile(join(examples, "claude-code/session-start.sh"), join(project, ".claude", "session-start.sh"));
  const node = await writePrograms(join(home.path, "bin"), { node: `exec '${process.execPath}' "$@"` });
  env = {
    HOME: home.path,
    PATH: [node, "/usr/bin", "/bin"].join(":"),
    SEATRIAL_STATE_DIR: join(home.path, "it's state"),
    SEATRIAL_CACHE_DIR: join(home.path, "cache"),
    SEATRIAL_ENGINE: enginePath,
  };
});
afterEach(async () => {
  await seatrial("down");
  await home.remove();
});

const seatrial = (...args: string[]) => runCli(args, { env });
const status = async () => JSON.parse((await seatrial("status", "--json")).stdout);

/** Runs the hook as the command in settings.json does: no terminal, the event on standard input. */
async function runHook(more: Record<string, string> = {}) {
  const { hooks } = JSON.parse(await readFile(join(examples, "claude-code/settings.json"), "utf8"));
  const { command } = hooks.SessionStart[0].hooks[0];
  const { exitCode, stdout, stderr } = await execa("sh", ["-c", command], {
    cwd: "/",
    env: { ...env, CLAUDE_PROJECT_DIR: project, CLAUDE_ENV_FILE: envFile, CLAUDE_CODE_REMOTE: "true", ...more },
    extendEnv: false,
    input: JSON.stringify(event),
    reject: false,
    timeout: soonMs,
  });
  return { exitCode, stdout, stderr };
}

/** Runs a command in a new shell that has read the file, as every later command of the session does. */
const newShell = (script: string, shell = "sh") =>
  execa(shell, ["-c", `. "$0"; ${script}`, envFile], { env, extendEnv: false, reject: false });

describe("the hook at the start of a session", () => {
  it("gives later shells a control plane to talk to", async () => {
    const hook = await runHook();
    expect(hook.exitCode).toBe(0);
    expect(hook.stdout).toMatch(/^A Kubernetes control plane starts in the background: /);
    await pollUntil(async () => ((await status()).up ? true : undefined), { timeoutMs: soonMs, waitingFor: "up" });

    const upstream = await newShell(`'${enginePath}' kubectl get namespaces --output=name`);
    expect(upstream.stderr).toBe("");
    expect(upstream.stdout.split("\n")).toContain("namespace/default");
    const builtIn = await newShell(
      `cd '${project.replaceAll("'", "'\\''")}' && node_modules/.bin/seatrial kubectl get ns`,
    );
    expect(builtIn.stdout).toMatch(/^default +Active/m);
  });

  it("may run again and again: one control plane, one line", async () => {
    const runs = [await runHook(), await runHook()];
    await pollUntil(async () => ((await status()).up ? true : undefined), { timeoutMs: soonMs, waitingFor: "up" });
    const { pid } = await status();
    runs.push(await runHook());
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect((await status()).pid).toBe(pid);
    expect(await readFile(envFile, "utf8")).toBe(
      `export KUBECONFIG='${home.path}/it'\\''s state/default/kubeconfig'\n`,
    );
  });

  it("returns while the engine is still being built, and the progress is shown", async () => {
    // A slow `go`: every call except that of its version is the build.
    const slow = "case $1 in version) echo go version go99.0.0 linux/amd64;; *) exec sleep 600;; esac";
    await writePrograms(join(home.path, "bin"), { go: slow });
    env.SEATRIAL_ENGINE = "";
    expect((await runHook()).exitCode).toBe(0);
    const seen = await pollUntil(
      async () => {
        const { start } = await status();
        return start.lastLine === "" ? undefined : start;
      },
      { timeoutMs: soonMs, waitingFor: "a line of the build" },
    );
    expect(seen).toMatchObject({ isRunning: true, lastLine: expect.stringMatching(/^Building the engine: /) });
    expect((await seatrial("status")).stdout).toMatch(
      /^The control plane is not up yet: process \d+ has been starting it since /,
    );
    expect(await seatrial("kubectl", "get", "ns")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/is not up yet[\s\S]*Hint: `seatrial up` waits until it is up/),
    });
    expect(await seatrial("down")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: `The start by process ${seen.pid} was stopped`,
    });
    await expect.poll(() => isRunning(seen.pid), { timeout: 2000 }).toBe(false);
    expect(await status()).toEqual({ schemaVersion: 1, up: false });
  });

  it("does not fail the session when the start fails, and says why it did", async () => {
    env.SEATRIAL_ENGINE = "/nowhere/engine";
    expect((await runHook()).exitCode).toBe(0);
    const start = await pollUntil(
      async () => {
        const { start } = await status();
        return start.isRunning ? undefined : start;
      },
      { timeoutMs: soonMs, waitingFor: "the start to fail" },
    );
    expect(await readFile(start.logFile, "utf8")).toContain(
      "SEATRIAL_ENGINE points to /nowhere/engine, which is not an executable file",
    );
    expect((await seatrial("status")).stdout).toMatch(
      /^No control plane is up in the background: the last start failed/,
    );
  });

  it("does not fail the session when seatrial cannot be installed or cannot keep its state", async () => {
    await writeFile(join(home.path, "file"), "");
    env.SEATRIAL_STATE_DIR = join(home.path, "file");
    expect((await runHook()).exitCode).toBe(0);
    env.SEATRIAL_STATE_DIR = join(home.path, "state");
    await writePrograms(join(home.path, "bin"), { npm: "exit 1" });
    const bare = join(home.path, "bare");
    await mkdir(join(bare, ".claude"), { recursive: true });
    await copyFile(join(project, ".claude", "session-start.sh"), join(bare, ".claude", "session-start.sh"));
    const { exitCode, stderr } = await runHook({ CLAUDE_PROJECT_DIR: bare });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "npm ci failed, so no control plane starts" });
  });

  it("does nothing outside of a remote session", async () => {
    expect(await runHook({ CLAUDE_CODE_REMOTE: "" })).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(await status()).toEqual({ schemaVersion: 1, up: false });
  });
});

describe("seatrial up --no-wait", () => {
  it("prints the line that seatrial up prints, which any shell of sh's family understands", async () => {
    const early = await seatrial("up", "--no-wait");
    expect(early).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/^The control plane is being started by/),
    });
    const late = await seatrial("up");
    expect(late.stdout).toBe(early.stdout);
    const again = await seatrial("up", "--no-wait");
    expect(again).toMatchObject({ exitCode: 0, stdout: late.stdout });
    expect(again.stderr).toMatch(/^The control plane has been up since /);
    const expected = join(home.path, "it's state", "default", "kubeconfig");
    for (const shell of ["sh", "bash"]) {
      const { stdout } = await execa(shell, ["-c", 'eval "$1"; printf %s "$KUBECONFIG"', shell, late.stdout]);
      expect(stdout, shell).toBe(expected);
    }
    const tools = join(env.SEATRIAL_STATE_DIR ?? "", "default", "bin");
    expect(JSON.parse((await seatrial("env", "--shell", "json")).stdout)).toEqual({
      KUBECONFIG: expected,
      KUBECTL_PATH: join(tools, "kubectl"),
      HELM_BIN: join(tools, "helm"),
    });
  });

  it("is undone by seatrial down while the engine boots", async () => {
    await seatrial("up", "--no-wait");
    const directory = join(env.SEATRIAL_STATE_DIR ?? "", "default");
    const isBooting = async () =>
      (await readdir(directory)).some((name) => name.startsWith("data-")) ? true : undefined;
    await pollUntil(isBooting, { timeoutMs: soonMs, intervalMs: 10, waitingFor: "the engine's data directory" });
    expect((await seatrial("down")).exitCode).toBe(0);
    await expect(readdir(directory)).rejects.toThrow("ENOENT");
    const { stdout } = await execa("ps", ["-eo", "args"]);
    expect(stdout.split("\n").filter((args) => args.includes(directory))).toEqual([]);
  });
});
