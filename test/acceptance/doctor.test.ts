import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DoctorReport } from "../../src/doctor/facts.ts";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";
import { writePrograms } from "../helpers/doctor/machine.ts";
import { runCli } from "../helpers/run-cli.ts";

// Programs that answer at once; kubectl would hang forever on the kubeconfig below.
const programs = {
  engine: `echo '{"kubernetes":"v1.2.3","helm":"v4.5.6"}'`,
  go: "echo go version go99.1.2 linux/amd64",
  helm: "echo v3.9.9",
  kubectl: '[ -z "$KUBECONFIG" ] || cat "$KUBECONFIG"; echo Client Version: v1.9.9',
  docker: "[ $1 = --version ] && echo Docker version 9.9.9, build 1 || echo 8.8.8",
  k3s: "echo 'k3s version v1.8.8+k3s1 (0)'",
  dmesg: "true",
};

let home: TempDir;
let env: Record<string, string>;

beforeEach(async () => {
  home = await makeTempDir("st-home-");
  const bin = await writePrograms(join(home.path, "bin"), programs);
  await mkdir(join(home.path, ".kube"));
  await execa("mkfifo", [join(home.path, ".kube", "config")]);
  await mkdir(join(home.path, "tmp"));
  env = {
    HOME: home.path,
    KUBECONFIG: join(home.path, ".kube", "config"),
    PATH: [bin, "/usr/bin", "/bin"].join(":"),
    TMPDIR: join(home.path, "tmp"),
    SEATRIAL_ENGINE: join(bin, "engine"),
    SEATRIAL_CACHE_DIR: "",
    SEATRIAL_STATE_DIR: "",
    XDG_CACHE_HOME: "",
    XDG_STATE_HOME: "",
    HTTPS_PROXY: "http://me:secret@proxy:1",
  };
});
afterEach(() => home.remove());

const doctor = (more: Record<string, string> = {}, ...args: string[]) =>
  runCli(["doctor", ...args], { env: { ...env, ...more } });
const inJson = async (more: Record<string, string> = {}) => {
  const { exitCode, stdout, stderr } = await doctor(more, "--json");
  return { exitCode, stderr, report: JSON.parse(stdout.replaceAll(home.path, "<home>")) as DoctorReport };
};

// What differs from machine to machine is replaced by words.
const words = (text: string) =>
  text
    .replace(/^(seatrial +)\S+ on \S+$/m, "$1<version> on <platform>")
    .replace(/^(node +)v\S+, \S+$/m, "$1<version>, <path>")
    .replace(/^((?:real node|sandbox|user|memory|providers) +).*(?:\n {13}.*)*$/gm, "$1<words>")
    .replace(/\d+\.\d GB free/g, "<size> free")
    .replace(/^(proxies +)(?:.*\n {13})?.*(HTTPS_PROXY=\S+).*$/m, "$1$2")
    .replaceAll(home.path, "<home>");

describe("seatrial doctor", () => {
  it("shows everything on one screen, and leaves nothing behind", async () => {
    const { exitCode, stdout, stderr } = await doctor();
    expect(words(stdout)).toMatchInlineSnapshot(`
      "seatrial     <version> on <platform>
      engine       Kubernetes v1.2.3, Helm v4.5.6, from SEATRIAL_ENGINE: ~/bin/engine
      node         <version>, <path>
      go           99.1.2, ~/bin/go
      helm         v3.9.9, ~/bin/helm; built in: v4.5.6
      kubectl      v1.9.9, ~/bin/kubectl; built in: v1.2.3
      docker       client 9.9.9, ~/bin/docker; engine 8.8.8
      k3s          v1.8.8+k3s1, ~/bin/k3s
      real node    <words>
      sandbox      <words>
      user         <words>
      memory       <words>
      temp         <size> free, ~/tmp
      cache        <size> free, ~/.cache/seatrial/engine
      state        <size> free, ~/.local/state/seatrial/default
      loopback     works
      providers    <words>
      background   no control plane is up
      proxies      HTTPS_PROXY=http://***@proxy:1

      Nothing prevents a control plane from starting."
    `);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout.split("\n").length).toBeLessThanOrEqual(24);
    expect((await readdir(home.path)).sort()).toEqual([".kube", "bin", "tmp"]);
    expect(await readdir(join(home.path, "tmp"))).toEqual([]);
  });

  it("says the same as JSON, and nothing else", async () => {
    const { exitCode, stderr, report } = await inJson();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const { schemaVersion, canBoot, problems, engine, helm, docker, proxies } = report;
    expect({ schemaVersion, canBoot, problems }).toEqual({ schemaVersion: 1, canBoot: true, problems: [] });
    expect(engine).toEqual({
      path: "<home>/bin/engine",
      source: "env",
      kubernetes: "v1.2.3",
      helm: "v4.5.6",
      problem: null,
    });
    expect(helm).toEqual({ path: "<home>/bin/helm", version: "v3.9.9", problem: null, isSilent: false });
    expect(docker.engine).toEqual({ version: "8.8.8", problem: null });
    expect(proxies.HTTPS_PROXY).toBe("http://***@proxy:1");
  });

  it.each([
    [
      { TMPDIR: "/nowhere/tmp" },
      "the temporary directory /nowhere/tmp cannot be written: no such file or directory",
      "set TMPDIR to another directory",
    ],
    [
      { SEATRIAL_ENGINE: "/nowhere/engine" },
      "SEATRIAL_ENGINE points to /nowhere/engine, which is not an executable file",
      "correct SEATRIAL_ENGINE, or unset it to use the engine that seatrial finds or builds",
    ],
    [
      { SEATRIAL_ENGINE: "/bin/false" },
      "/bin/false ended with exit code 1",
      "unset SEATRIAL_ENGINE, or set it to an engine that runs here",
    ],
    [
      { SEATRIAL_ENGINE: "", PATH: "/nowhere" },
      "there is no engine, and none can be built: `go` is not on PATH",
      expect.stringMatching(/^install Go 1\.\d+\S* or newer and put it on PATH/),
    ],
    [
      { SEATRIAL_ENGINE: "", SEATRIAL_CACHE_DIR: "/etc/passwd" },
      "an engine must be built, and /etc/passwd/engine cannot be written: not a directory",
      "set SEATRIAL_CACHE_DIR to another directory",
    ],
  ])("exits with 3 and says how to fix it: %j", async (more, message, fix) => {
    const { exitCode, stdout, stderr } = await doctor(more);
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: "" });
    expect(stdout).toMatch(/\n1 problem prevents a control plane from starting\.$/);
    const { report } = await inJson(more);
    expect(report.canBoot).toBe(false);
    expect(report.problems).toEqual([{ severity: "error", message: expect.stringContaining(message), fix }]);
  });

  it("does not wait for programs that do not answer", async () => {
    await writePrograms(join(home.path, "bin"), { docker: "sleep 600", k3s: "sleep 600 & wait" });
    const startedAt = performance.now();
    const { exitCode, report } = await inJson();
    expect(performance.now() - startedAt).toBeLessThan(60_000);
    expect(report.k3s).toMatchObject({ version: null, problem: "did not answer in 2 s" });
    expect(report.docker).toMatchObject({ version: null, problem: "did not answer in 2 s" });
    expect(exitCode).toBe(0);
  });

  it("reports a control plane that is up, and does not start one", async () => {
    const own = { SEATRIAL_STATE_DIR: join(home.path, "state"), SEATRIAL_ENGINE: process.env.SEATRIAL_ENGINE ?? "" };
    const real = { ...own, HOME: process.env.HOME ?? "", PATH: process.env.PATH ?? "" };
    expect((await inJson(own)).report.controlPlane).toMatchObject({ up: false, problem: null });
    try {
      expect((await runCli(["up"], { env: real })).exitCode).toBe(0);
      const { stdout } = await runCli(["status", "--json"], { env: real });
      const { pid, server } = JSON.parse(stdout);
      expect((await inJson(own)).report.controlPlane).toMatchObject({ up: true, pid, server, problem: null });
    } finally {
      await runCli(["down"], { env: real });
    }
  });

  it("colours when it is asked to, and only then", async () => {
    const plain = await doctor({ NO_COLOR: "", FORCE_COLOR: "" });
    const forced = await doctor({ NO_COLOR: "", FORCE_COLOR: "1" });
    const refused = await doctor({ NO_COLOR: "1", FORCE_COLOR: "1" });
    expect(forced.stdout).toContain("\u001b[");
    expect(words(stripVTControlCharacters(forced.stdout))).toBe(words(plain.stdout));
    expect(words(refused.stdout)).toBe(words(plain.stdout));
  });

  it("warns about a state directory that cannot be written, which only prevents `seatrial up`", async () => {
    const file = join(home.path, "file");
    await writeFile(file, "");
    await chmod(file, 0o600);
    const { exitCode, report } = await inJson({ SEATRIAL_STATE_DIR: file });
    expect(exitCode).toBe(0);
    expect(report.problems).toEqual([
      {
        severity: "warning",
        message: "`seatrial up` keeps its state in <home>/file/default, which cannot be written: not a directory",
        fix: "set SEATRIAL_STATE_DIR to another directory",
      },
    ]);
  });
});
