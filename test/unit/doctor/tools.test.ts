import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { probeEngine } from "../../../src/doctor/probes/engine.ts";
import { probeDocker, probeTool } from "../../../src/doctor/probes/tools.ts";
import { isRunning } from "../../../src/process/process-group.ts";
import { makeMachine } from "../../helpers/doctor/machine.ts";
import { waitUntilGone } from "../../helpers/wait-until-gone.ts";

const answers = {
  go: "go version go1.26.8 linux/amd64",
  helm: "v4.3.1+g1234567",
  kubectl: "Client Version: v1.37.2\nKustomize Version: v5.8.0",
  k3s: "k3s version v1.37.2+k3s1 (abc)\ngo version go1.26.8",
  docker: "Docker version 28.2.2, build e6534b4",
} as const;

describe("probeTool", () => {
  it.each([
    ["go", "1.26.8"],
    ["helm", "v4.3.1"],
    ["kubectl", "v1.37.2"],
    ["k3s", "v1.37.2+k3s1"],
    ["docker", "28.2.2"],
  ] as const)("reads the version of %s", async (name, version) => {
    const machine = await makeMachine({ programs: { [name]: `echo '${answers[name]}'` } });
    const path = join(machine.root, "bin", name);
    expect(await probeTool(machine, name)).toEqual({ path, version, problem: null, isSilent: false });
  });

  it("finds no tool where PATH has none", async () => {
    const machine = await makeMachine({ env: { PATH: "" } });
    expect(await probeTool(machine, "k3s")).toEqual({ path: null, version: null, problem: null, isSilent: false });
  });

  it("says what went wrong with a tool that fails", async () => {
    const machine = await makeMachine({ programs: { helm: "echo no config >&2; exit 3", k3s: "echo hello" } });
    expect(await probeTool(machine, "helm")).toMatchObject({
      version: null,
      problem: "ended with exit code 3: no config",
    });
    expect(await probeTool(machine, "k3s")).toMatchObject({ version: null, problem: "reported no version" });
  });

  it("abandons a tool that does not answer, and ends the processes that it started", async () => {
    const { root } = await makeMachine();
    const pidFile = join(root, "pid");
    // The child process keeps the standard output open.
    const script = `sleep 600 & echo $! > '${pidFile}'\nwait`;
    const slow = await makeMachine({ programs: { docker: script }, timeoutMs: 3000 });
    expect(await probeTool(slow, "docker")).toMatchObject({ problem: "did not answer in 3 s", isSilent: true });
    const pid = Number(await readFile(pidFile, "utf8"));
    expect(pid).toBeGreaterThan(1);
    await waitUntilGone(pid);
    expect(isRunning(pid)).toBe(false);
  });

  it("does not let kubectl and helm open the user's kubeconfig", async () => {
    const script = 'echo "Client Version: v1.0.0$KUBECONFIG"';
    const programs = { kubectl: script, helm: 'echo "v1.0.0$KUBECONFIG"' };
    const machine = await makeMachine({ programs, env: { KUBECONFIG: "/home/me/.kube/config" } });
    expect((await probeTool(machine, "kubectl")).version).toBe("v1.0.0/dev/null");
    expect((await probeTool(machine, "helm")).version).toBe("v1.0.0/dev/null");
  });

  it("does not let Go download another version of itself", async () => {
    const machine = await makeMachine({ programs: { go: 'echo "go version go1.20-$GOTOOLCHAIN"' } });
    expect((await probeTool(machine, "go")).version).toBe("1.20-local");
  });
});

describe("probeDocker", () => {
  it("names the engine that answers", async () => {
    const docker = `case $1 in --version) echo '${answers.docker}';; version) echo 27.0.1;; esac`;
    expect((await probeDocker(await makeMachine({ programs: { docker } }))).engine).toEqual({
      version: "27.0.1",
      problem: null,
    });
  });

  it("says why no engine answers", async () => {
    const docker = `[ "$1" = --version ] && echo '${answers.docker}' || { echo 'Cannot connect' >&2; exit 1; }`;
    const { version, engine } = await probeDocker(await makeMachine({ programs: { docker } }));
    expect({ version, engine }).toEqual({
      version: "28.2.2",
      engine: { version: null, problem: "ended with exit code 1: Cannot connect" },
    });
  });
});

describe("probeEngine", () => {
  const go = (version: string | null, more = {}) => ({
    path: "/bin/go",
    version,
    problem: null,
    isSilent: false,
    ...more,
  });
  const setEngine = (path: string) => vi.stubEnv("SEATRIAL_ENGINE", path);
  const emptyCache = (path: string) => vi.stubEnv("SEATRIAL_CACHE_DIR", path);
  const restoreEnv = () => onTestFinished(() => void vi.unstubAllEnvs());

  async function probeNamed(script: string, timeoutMs?: number) {
    const machine = await makeMachine({
      programs: { engine: script },
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    restoreEnv();
    setEngine(join(machine.root, "bin", "engine"));
    const facts = await probeEngine(machine, go("1.26.8"));
    return JSON.parse(JSON.stringify(facts).replaceAll(machine.root, "<root>"));
  }

  it("asks the engine of SEATRIAL_ENGINE for its versions", async () => {
    expect(await probeNamed(`echo '{"kubernetes":"v1.2.3","helm":"v4.5.6"}'`)).toEqual({
      path: "<root>/bin/engine",
      source: "env",
      kubernetes: "v1.2.3",
      helm: "v4.5.6",
      problem: null,
    });
  });

  it.each([
    ["exit 7", "<root>/bin/engine ended with exit code 7"],
    ["echo hello", "<root>/bin/engine is not a seatrial engine: it reported no versions"],
  ])("says what is wrong with an engine that does %j", async (script, message) => {
    expect((await probeNamed(script, 10_000)).problem).toEqual({
      message,
      fix: "unset SEATRIAL_ENGINE, or set it to an engine that runs here",
      stopsBoot: true,
    });
  });

  it("does not reject an engine that is only slow", async () => {
    expect((await probeNamed("sleep 600", 1000)).problem).toEqual({
      message: "<root>/bin/engine did not answer in 1 s",
      fix: "run `npx seatrial doctor` again when the machine is less busy",
      stopsBoot: false,
    });
  });

  it.each([
    [go("99.0.0"), "build", null],
    [
      { ...go(null), path: null },
      null,
      { message: "there is no engine, and none can be built: `go` is not on PATH", stopsBoot: true },
    ],
    [
      go("1.25.1"),
      "build",
      {
        message: expect.stringMatching(/Go 1\.25\.1, older than 1\.26\.0; Go will try to download that version$/),
        stopsBoot: false,
      },
    ],
    [go("1.20.1"), null, { message: expect.stringContaining("/bin/go is Go 1.20.1, older than 1."), stopsBoot: true }],
    [
      go(null, { problem: "did not answer in 2 s", isSilent: true }),
      "build",
      { message: "an engine must be built, and /bin/go did not answer in 2 s", stopsBoot: false },
    ],
  ])("judges a `go` like %j when there is no engine", async (found, source, problem) => {
    const machine = await makeMachine();
    restoreEnv();
    setEngine("");
    emptyCache(machine.root);
    const facts = await probeEngine(machine, found);
    expect(facts).toMatchObject({ path: null, source });
    if (problem === null) expect(facts.problem).toBeNull();
    else expect(facts.problem).toMatchObject({ ...problem, fix: expect.stringContaining("install Go 1.") });
  });

  it("rejects an older `go` that may not download another version", async () => {
    const machine = await makeMachine({ env: { GOTOOLCHAIN: "local" } });
    restoreEnv();
    setEngine("");
    emptyCache(machine.root);
    expect((await probeEngine(machine, go("1.25.1"))).problem).toMatchObject({ stopsBoot: true });
  });
});
