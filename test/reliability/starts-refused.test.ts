import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { provideEngine } from "../../src/engine/binary/provide-engine.ts";
import { launchEngine } from "../../src/engine/run/launch-engine.ts";
import type { EngineError } from "../../src/errors/engine-error.ts";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { rejectionOf } from "../helpers/rejection-of.ts";
import { bin, runCli } from "../helpers/run-cli.ts";
import { runRestricted, skipWithoutLinuxNamespaces } from "../helpers/sandbox/restricted-environment.ts";
import { processesIn, tracesIn, waitUntilNoTraces } from "../helpers/traces.ts";

describe("a start of which one part fails", () => {
  /** A data directory in a directory of its own, for engines of this test only. */
  async function makeData() {
    const directory = await makeTempDir("st-part-");
    onTestFinished(directory.remove);
    const dataDir = join(directory.path, "seatrial-data");
    await mkdir(dataDir, { mode: 0o700 });
    return { directory: directory.path, dataDir, enginePath: (await provideEngine()).path };
  }

  // Each is in the way of one part; what was started before it must end.
  it.for<[string, (dataDir: string) => Promise<unknown>, RegExp]>([
    ["certificates", (dir) => mkdir(join(dir, "pki")), /certificates failed after \d+ ms: .*pki: file exists$/],
    ["etcd", (dir) => writeFile(join(dir, "etcd"), ""), /etcd failed after \d+ ms: .*etcd\/.touch: not a directory$/],
    ["service", (dir) => mkdir(join(dir, "engine.sock")), /service failed after \d+ ms: .*address already in use$/],
  ])("stops all components and names %s and the cause", async ([_component, obstruct, message], { annotate }) => {
    const { directory, dataDir, enginePath } = await makeData();
    await obstruct(dataDir);
    const startedAt = performance.now();
    const error = await rejectionOf<EngineError>(launchEngine({ enginePath, dataDir }));
    await annotate(`failed after ${Math.round(performance.now() - startedAt)} ms`);
    expect(error.code).toBe("SEATRIAL_ENGINE_EXITED");
    expect(error.message.split("\n")[0]).toMatch(message);
    expect(await tracesIn(directory)).toEqual({ processes: [], files: [] });
  });

  it("names the signal of an engine that is killed while it starts, and removes its data", async () => {
    const { directory, dataDir, enginePath } = await makeData();
    const kill = () => {
      const [engine = ""] = processesIn(directory);
      process.kill(Number.parseInt(engine, 10), "SIGKILL");
    };
    const onStep = ({ name }: { name: string }) => name === "certificates" && kill();
    const error = await rejectionOf<EngineError>(launchEngine({ enginePath, dataDir, onStep }));
    expect(error).toMatchObject({ code: "SEATRIAL_ENGINE_EXITED", signal: "SIGKILL" });
    expect(error.message).toMatch(/killed by SIGKILL after \d+ ms\n {2}last step: certificates /);
    expect(await tracesIn(directory)).toEqual({ processes: [], files: [] });
  });
});

describe("a limited address space", () => {
  it.runIf(process.platform === "linux")(
    "is named with its size before anything is started, also by doctor",
    async () => {
      const run = (command: string) =>
        execa("sh", ["-c", `ulimit -v 8000000; exec "$0" ${bin} ${command}`, process.execPath], { reject: false });
      const check = await run("check charts/web");
      expect(check.exitCode).toBe(3);
      expect(check.stderr).toMatch(
        /^error: The engine at \S+ cannot be started: the address space of a process is limited to 7812 MiB \(ulimit -v\); an engine needs about 12288 MiB\nHint: raise the limit with `ulimit -v unlimited`; .*$/,
      );
      const doctor = await run("doctor");
      expect(doctor.exitCode).toBe(3);
      expect(doctor.stdout.replaceAll(/\s+/g, " ")).toContain(
        "is limited to 7812 MiB (ulimit -v); an engine needs about 12288 MiB",
      );
    },
  );
});

describe("a disk", () => {
  beforeEach(async (context) => skipWithoutLinuxNamespaces(context));
  const check = '"$NODE" repo/bin/seatrial.js check repo/charts/web --filter default';

  it("with too little space ends a start, which says how much is free and needed and leaves nothing", async () => {
    const restrictions = { prepare: "mount -t tmpfs -o size=20m none tmp", prefix: "" };
    const { exitCode, stderr, stdout, work } = await runRestricted(
      `sh -c '${check}; code=$?; ls tmp; exit $code'`,
      restrictions,
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toMatch(/^error: The engine's etcd failed after \d+ ms: .*: no space left on device\n/);
    const disk = / {2}disk: (?:19|20) of 20 MiB are free at (\S+), a control plane needs about 128 MiB\n/.exec(stderr);
    expect(disk?.[1]).toBe(`${work}/tmp`);
    expect(stderr).toMatch(/\nHint: free some space, or set TMPDIR to a directory on another file system$/);
  });

  it("without any space is reported before anything is started", async () => {
    const { exitCode, stderr, work } = await runRestricted(check, {
      prepare: "mount -t tmpfs -o nr_inodes=1 none tmp",
    });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: `error: A temporary directory cannot be created in ${work}/tmp: no space is left on its file system\nHint: set TMPDIR to a writable directory`,
    });
  });

  it("that fills up while charts are tried ends the run with the cause", async () => {
    const filler =
      "(until grep -q ^passed report; do sleep 0.05; done; dd if=/dev/zero of=tmp/filler bs=64k) >/dev/null 2>&1";
    const restrictions = { prepare: "mount -t tmpfs -o size=160m none tmp" };
    const charts = '"$NODE" repo/bin/seatrial.js check repo/charts';
    const { exitCode, stdout } = await runRestricted(
      `sh -c '${filler} & ${charts} >report; code=$?; cat report; ls -d tmp/seatrial-*; exit $code'`,
      restrictions,
    );
    expect(stdout).toMatch(/no space left on device|No space is left|no space is left/);
    expect(stdout).not.toMatch(/timed out|SuppressedError|\n +at \S+ \(/i);
    expect(exitCode).toBe(3);
    expect(stdout).not.toMatch(/^tmp\/seatrial-/m);
  });
});

describe("proxy variables", () => {
  const names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

  it.for([{}, { NO_PROXY: "example.com", no_proxy: "example.com" }, { NO_PROXY: "", no_proxy: "" }])(
    "lead no request to the proxy, also with %j",
    async (noProxy) => {
      let connections = 0;
      const trap = createServer((socket) => {
        connections++;
        socket.destroy();
      });
      await new Promise<void>((resolve) => trap.listen(0, "127.0.0.1", resolve));
      onTestFinished(() => new Promise<void>((resolve) => void trap.close(() => resolve())));
      const { port } = trap.address() as { port: number };
      const proxy = `http://127.0.0.1:${port}`;
      const state = await makeTempDir("st-proxy-");
      onTestFinished(state.remove);
      const env = {
        ...Object.fromEntries(names.map((name) => [name, proxy])),
        ...noProxy,
        NODE_USE_ENV_PROXY: "1",
        SEATRIAL_STATE_DIR: state.path,
      };
      const check = await runCli(["check", "charts/web", "--filter", "default"], { env });
      expect(check).toMatchObject({ exitCode: 0 });
      onTestFinished(async () => void (await runCli(["down"], { env })));
      expect((await runCli(["up"], { env })).exitCode).toBe(0);
      const helm = await runCli(["helm", "install", "web", "charts/web"], { env });
      expect(helm.stdout).toContain("STATUS: deployed");
      expect((await runCli(["kubectl", "get", "deployment", "web"], { env })).exitCode).toBe(0);
      const beyond = ["kubectl", "get", "--raw", "/api/v1/nodes/node-1:9100/proxy/metrics"];
      expect((await runCli(beyond, { env })).stderr).toContain("nothing answers at 198.51.100.1:9100");
      expect((await runCli(["down"], { env })).exitCode).toBe(0);
      expect(connections).toBe(0);
      await rejectionOf(fetch(`${proxy}/`));
      expect(connections).toBeGreaterThan(0);
    },
  );
});

describe("a Kubernetes version that is not in the engine", () => {
  it.each([
    { option: "--kube-version=1.20", error: /^error: .*1\.20/ },
    { option: "--kube-version=1.20.0", error: /^error: --kube-version must be a minor version/ },
    { option: "--kubernetes=1.20.0", error: /^error: unknown option '--kubernetes=1\.20\.0'/ },
  ])("cannot be asked for: $option starts nothing", async ({ option, error }) => {
    const { path: tempDir, remove } = await makeTempDir("st-version-");
    onTestFinished(remove);
    const { exitCode, stderr } = await runCli(["check", "charts/web", option], { env: { TMPDIR: tempDir } });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(error);
    await waitUntilNoTraces(tempDir);
  });
});
