import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ControlPlane, SeatrialError } from "seatrial";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startControlPlane } from "../../src/boot/start-control-plane.ts";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";
import { describeContract } from "../helpers/providers/contract.ts";
import { writeK3s } from "../helpers/providers/k3s-stand-in.ts";
import { processesIn } from "../helpers/providers/processes.ts";
import { rejectionOf } from "../helpers/rejection-of.ts";

// A program that starts as K3s does takes its place, unless SEATRIAL_TEST_K3S is the path of a true one.
const trueK3s = process.env.SEATRIAL_TEST_K3S;

describe("the provider k3s", () => {
  let programs: TempDir;
  let path: string;
  let plane: ControlPlane;
  beforeAll(async () => {
    programs = await makeTempDir("seatrial-k3s-");
    path = await writeK3s(programs.path);
    plane = await startControlPlane({ provider: { name: "k3s", path: trueK3s ?? path } });
  });
  afterAll(async () => {
    await plane?.stop();
    await programs.remove();
  });
  describeContract(() => plane);

  it("has controllers and no nodes", async () => {
    expect(plane.provider).toBe("k3s");
    expect(plane.capabilities).toMatchObject({ pods: "none", controllers: true, simulates: false, owned: true });
    expect(plane.versions).toMatchObject({ kubernetes: expect.stringMatching(/^v1\.\d+\.\d+/), etcd: "" });
    expect(await plane.kube.list("v1", "Node")).toEqual([]);
  });

  it("keeps all files of k3s in a private directory of its own", async () => {
    await using other = await startControlPlane({ provider: { name: "k3s", path } });
    const directory = dirname(other.kubeconfigPath);
    expect((await stat(directory)).mode & 0o077).toBe(0);
    const [k3s] = (await processesIn(directory)).filter(({ command }) => command.includes("k3s-server.ts"));
    const paths = [...(k3s?.command ?? "").matchAll(/--(?:config|data-dir|write-kubeconfig)=(\S+)/g)];
    expect(paths).toHaveLength(3);
    for (const [, file = ""] of paths) expect(dirname(file)).toBe(directory);
    expect(await readdir(join(directory, "k3s-programs"))).toEqual(["host-local"]);
    expect((await stat(join(directory, "k3s.yaml"))).mode & 0o077).toBe(0);
  });

  it("finds k3s on PATH", async () => {
    const before = process.env.PATH;
    process.env.PATH = `${programs.path}:${before}`;
    onTestFinished(() => {
      process.env.PATH = before;
    });
    await using other = await startControlPlane({ provider: "k3s" });
    expect(other.provider).toBe("k3s");
  });

  it.each(["taken", "half"])("starts in spite of trouble that passes: %s", async (trouble) => {
    const other = await makeTempDir("seatrial-k3s-");
    onTestFinished(other.remove);
    const provider = { name: "k3s", path: await writeK3s(other.path, trouble) } as const;
    await using started = await startControlPlane({ provider });
    expect(started.provider).toBe("k3s");
  });

  it("ends with all its processes and files", async () => {
    const other = await startControlPlane({ provider: { name: "k3s", path } });
    const directory = dirname(other.kubeconfigPath);
    expect((await processesIn(directory)).length).toBeGreaterThan(1);
    await other.stop();
    expect(await processesIn(directory)).toEqual([]);
    await expect(readFile(other.kubeconfigPath)).rejects.toThrow("ENOENT");
  });

  it("reports when k3s is killed, and ends everything else", async () => {
    const other = await startControlPlane({ provider: { name: "k3s", path } });
    const directory = dirname(other.kubeconfigPath);
    const k3s = (await processesIn(directory)).find(
      ({ command }) => command.includes("k3s-server.ts") && !command.includes(" guard "),
    );
    process.kill(k3s?.pid ?? 0, "SIGKILL");
    await other.ended;
    const error = await rejectionOf<SeatrialError>(other.helm.status({ namespace: "default", releaseName: "a" }));
    expect(error.code).toBe("SEATRIAL_ENGINE_EXITED");
    expect(error.message).toContain("k3s of the provider k3s has ended with exit code 137");
    await other.stop();
    expect(await processesIn(directory)).toEqual([]);
  });

  /** The error of a start that fails. */
  async function failure(trouble: string, startTimeout?: string): Promise<SeatrialError> {
    const other = await makeTempDir("seatrial-k3s-");
    onTestFinished(other.remove);
    const provider = { name: "k3s", path: await writeK3s(other.path, trouble) } as const;
    return rejectionOf<SeatrialError>(startControlPlane({ provider, startTimeout }));
  }

  it("shows k3s' last lines when it ends early", async () => {
    const error = await failure("fatal");
    expect(error.code).toBe("SEATRIAL_PROVIDER");
    expect(error.message).toContain("k3s of the provider k3s has ended with exit code 1");
    expect(error.message).toContain("failed to listen");
  });

  it("gives up when k3s does not become ready, and shows its last line", async () => {
    const error = await failure("silent", "5s");
    expect(error.code).toBe("SEATRIAL_TIMEOUT");
    expect(error.message).toContain("k3s to write its kubeconfig");
    expect(error.message).toContain("Starting k3s v1.35.1+k3s1");
  });

  it.each([
    ["does not exist", "/does/not/exist", "/does/not/exist is not a program"],
    ["is a directory", "/tmp", "/tmp is not a program"],
  ])("reports at once when the path %s", async (_what, given, problem) => {
    const error = await rejectionOf<SeatrialError>(startControlPlane({ provider: { name: "k3s", path: given } }));
    expect(error.code).toBe("SEATRIAL_PROVIDER");
    expect(error.message).toBe(
      `The provider k3s lacks its program: ${problem}\n` +
        "Hint: install K3s as https://docs.k3s.io describes, without starting its service, or set the option `path`",
    );
  });

  it("reports at once when k3s is not on PATH", async () => {
    const empty = join(programs.path, "empty");
    await mkdir(empty);
    const before = process.env.PATH;
    process.env.PATH = empty;
    onTestFinished(() => {
      process.env.PATH = before;
    });
    const { path: enginePath } = await import("../../src/engine/binary/provide-engine.ts").then(({ provideEngine }) =>
      provideEngine({}),
    );
    const error = await rejectionOf<SeatrialError>(startControlPlane({ provider: "k3s", enginePath }));
    expect(error.message).toContain("The provider k3s lacks its program: k3s is not on PATH\n");
  });
});
