import { existsSync } from "node:fs";
import { Watch } from "@kubernetes/client-node";
import { execa } from "execa";
import { attachControlPlane, type ControlPlane, startControlPlane, templateChart } from "seatrial";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { EngineError } from "../../src/errors/engine-error.ts";
import type { ControlPlaneData } from "../../src/plane/control-plane-data.ts";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { pollUntil } from "../../src/util/poll.ts";
import { writeChart } from "../helpers/charts/write-chart.ts";
import { rejectionOf } from "../helpers/rejection-of.ts";
import { repositoryPath } from "../helpers/repository/repository-path.ts";
import { suspend } from "../helpers/suspend.ts";
import { processesIn, waitUntilNoTraces } from "../helpers/traces.ts";

const ownPlane = repositoryPath("test/programs/own-plane.ts");

/** A temporary directory for the planes of this test, in this process and in others. */
async function useTempDir(): Promise<string> {
  const { path, remove } = await makeTempDir("st-end-");
  vi.stubEnv("TMPDIR", path);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await remove();
  });
  return path;
}

async function start(): Promise<ControlPlane> {
  const plane = await startControlPlane();
  onTestFinished(async () => void (await plane.stop()));
  return plane;
}

async function startOwn(action: string) {
  const run = execa(process.execPath, [ownPlane, action], { reject: false });
  onTestFinished(() => void run.kill("SIGKILL"));
  const [line] = await new Promise<string[]>((resolve) =>
    run.stdout.once("data", (text: Buffer) => resolve(String(text).split("\n"))),
  );
  return { run, data: JSON.parse(line ?? "") as ControlPlaneData };
}

describe("an engine that is killed", () => {
  it("ends with its chart workers, and its parent removes its data by itself", async ({ annotate }) => {
    const chart = await writeChart({ "templates/a.yaml": endless });
    const tempDir = await useTempDir();
    const plane = await start();
    const endlessCall = rejectionOf<EngineError>(templateChart(chart, { controlPlane: plane }));
    const busy = () => (processesIn(tempDir).some((line) => line.includes(" chart-worker ")) ? true : undefined);
    await pollUntil(busy, { timeoutMs: 10_000, waitingFor: "a chart worker" });
    const killedAt = performance.now();
    process.kill(plane.data.pid, "SIGKILL");
    expect(await endlessCall).toMatchObject({ code: "SEATRIAL_ENGINE_EXITED", signal: "SIGKILL" });
    const left = () => (processesIn(tempDir).length === 0 && !existsSync(plane.data.dataDir) ? true : undefined);
    await pollUntil(left, {
      timeoutMs: 8000,
      intervalMs: 10,
      waitingFor: "the engine's processes and data to be gone",
    });
    await annotate(`gone after ${Math.round(performance.now() - killedAt)} ms`);
    // Until the plane is stopped, its last words are kept for late callers.
    const late = await rejectionOf<EngineError>(Promise.resolve().then(() => attachControlPlane(plane.data)));
    expect(late.message).toContain(`The engine (process ${plane.data.pid}) has ended: killed by SIGKILL`);
    await plane.stop();
    await waitUntilNoTraces(tempDir);
  });

  it("together with its parent leaves data that the next start removes", async () => {
    const tempDir = await useTempDir();
    const { run, data } = await startOwn("wait");
    // A suspended parent cannot clean up, and is then killed itself.
    await suspend(run.pid as number);
    process.kill(data.pid, "SIGKILL");
    run.kill("SIGKILL");
    await run;
    expect(existsSync(data.dataDir)).toBe(true);
    const plane = await start();
    expect(existsSync(data.dataDir)).toBe(false);
    expect(existsSync(plane.data.dataDir)).toBe(true);
    await plane.stop();
    await waitUntilNoTraces(tempDir);
  });
});

describe("stop", () => {
  it("works immediately with open watches, also when called twice", async ({ annotate }) => {
    const tempDir = await useTempDir();
    const plane = await start();
    const ended: Promise<void>[] = [];
    for (let count = 1; count <= 20; count++) {
      await new Promise<void>((resolve) => {
        const watch = new Watch(plane.kube.config);
        ended.push(
          new Promise(
            (end) =>
              void watch.watch(
                "/api/v1/namespaces",
                {},
                () => resolve(),
                () => end(),
              ),
          ),
        );
      });
    }
    const startedAt = performance.now();
    const [one, other] = [plane.stop(), plane.stop()];
    expect(other).toBe(one);
    await one;
    const stopMs = Math.round(performance.now() - startedAt);
    await annotate(`stopped after ${stopMs} ms`);
    expect(stopMs).toBeLessThan(5000);
    await Promise.all(ended);
    expect((await plane.ended).signal).toBeUndefined();
    await waitUntilNoTraces(tempDir);
  });

  it.for(["stop", "stop-twice"])("lets Node exit by itself after %s, with watches open", async (action) => {
    const tempDir = await useTempDir();
    const { run } = await startOwn(action);
    expect(await run).toMatchObject({ exitCode: 0, stderr: "" });
    await waitUntilNoTraces(tempDir);
  });

  it("kills an engine that does not end, leaves nothing of it, and prints a warning", async () => {
    const tempDir = await useTempDir();
    const plane = await start();
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on("warning", onWarning);
    onTestFinished(() => void process.off("warning", onWarning));
    await suspend(plane.data.pid);
    const startedAt = performance.now();
    await plane.stop();
    expect(performance.now() - startedAt).toBeGreaterThan(1900);
    expect(await plane.ended).toMatchObject({ signal: "SIGKILL" });
    await waitUntilNoTraces(tempDir);
    await expect
      .poll(() => warnings.map(({ name, message }) => `${name}: ${message}`))
      .toEqual([
        `SeatrialWarning: The engine (process ${plane.data.pid}) did not end within 2 s of being asked and was killed`,
      ]);
  });
});

const endless = `{{- define "again" }}{{ range until 1000 }}{{ range until 1000 }}{{ range until 1000 }}{{ end }}{{ end }}{{ end }}{{ end -}}
{{ include "again" . }}
`;
