import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename } from "node:path";
import { CoreV1Api } from "@kubernetes/client-node";
import {
  attachControlPlane,
  currentControlPlane,
  installChart,
  setCurrentControlPlane,
  startControlPlane,
} from "seatrial";
import { describe, expect, it, onTestFinished } from "vitest";
import type { EngineError } from "../../../src/errors/engine-error.ts";
import { ownerOf } from "../../../src/process/owner.ts";
import { tempBaseDir } from "../../../src/process/temp-dir.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";
import { once, template } from "../../helpers/workloads.ts";

// Other programs on the machine use the temporary directory, too.
const ownFolders = async () => (await readdir(tempBaseDir())).filter((name) => ownerOf(name) === process.pid);
const ref = (name: string) => ({ apiVersion: "v1", kind: "Namespace", name });

describe("startControlPlane", () => {
  it("starts its own plane and leaves nothing behind when it is disposed of", async () => {
    const plane = await startControlPlane();
    expect(await ownFolders()).toEqual([basename(plane.data.dataDir)]);
    expect(plane.data.pid).not.toBe(currentControlPlane().data.pid);
    expect((await stat(plane.data.dataDir)).mode & 0o777).toBe(0o700);
    expect(plane.versions.kubernetes).toMatch(/^v1\.\d+\.\d+$/);
    expect(plane.bootMs).toBeGreaterThan(0);
    expect(await plane.kubeconfig()).toContain(plane.data.server);
    expect(await plane.kube.get(ref("kube-system"))).toMatchObject({ kind: "Namespace" });

    await Promise.all([plane.stop(), plane.stop(), plane[Symbol.asyncDispose]()]);
    expect(existsSync(plane.data.dataDir)).toBe(false);
    expect(await ownFolders()).toEqual([]);
    expect(await plane.ended).toMatchObject({ signal: undefined });
  });

  it("rejects unknown options", async () => {
    await expect(startControlPlane({ timeout: "1s" } as object)).rejects.toMatchObject({
      code: "SEATRIAL_USAGE",
      message: expect.stringContaining('startControlPlane: unknown option "timeout"'),
    });
  });

  it("leaves nothing behind when it is cancelled", async () => {
    const controller = new AbortController();
    const start = startControlPlane({ signal: controller.signal, onStep: () => controller.abort() });
    await expect(start).rejects.toMatchObject({ code: "SEATRIAL_CANCELLED" });
    expect(await ownFolders()).toEqual([]);
  });
});

describe("an engine that dies", () => {
  it("fails waiting calls and later calls immediately, with its last words", async () => {
    const plane = await startControlPlane();
    onTestFinished(() => plane.stop());
    const attached = attachControlPlane(structuredClone(plane.data));
    const namespace = await plane.namespace();
    const endless = once(
      {},
      { containers: [{ name: "app", image: "example.com/app:1", command: ["sleep", "infinity"] }] },
    );
    const job = template("Job", "wait", endless, { "helm.sh/hook": "pre-install" });
    const chart = await writeChart({ "templates/job.yaml": job });
    const waiting = rejectionOf<EngineError>(
      installChart(chart, { controlPlane: attached, namespace: namespace.name }),
    );
    await expect
      .poll(() => plane.kube.get({ apiVersion: "batch/v1", kind: "Job", namespace: namespace.name, name: "wait" }), {
        timeout: 20_000,
      })
      .toBeDefined();
    const lock = await plane.engine.lock("held");
    const queued = rejectionOf<EngineError>(attached.engine.lock("held"));

    const killedAt = performance.now();
    process.kill(plane.data.pid, "SIGKILL");
    const errors = await Promise.all([
      waiting,
      queued,
      rejectionOf<EngineError>(plane.kube.get(ref("default"))),
      rejectionOf<EngineError>(attached.kube.get(ref("default"))),
      rejectionOf<EngineError>(attached.engine.info()),
    ]);
    expect(performance.now() - killedAt).toBeLessThan(3000);
    for (const error of errors) {
      expect(error).toMatchObject({ code: "SEATRIAL_ENGINE_EXITED", signal: "SIGKILL" });
      expect(error.message).toContain(`The engine (process ${plane.data.pid}) has ended: killed by SIGKILL\n`);
      expect(error.outputTail.length).toBeGreaterThan(0);
    }
    await lock.unlock();
    await plane.stop();
    expect(existsSync(`${plane.data.dataDir}-ended.json`)).toBe(false);
  });
});

describe("attachControlPlane", () => {
  it("does not stop the engine when it is stopped", async () => {
    const { data, kube } = currentControlPlane();
    const attached = attachControlPlane(structuredClone(data));
    await attached.stop();
    expect(await kube.get(ref("default"))).toBeDefined();
  });

  it("rejects invalid data", () => {
    expect(() => attachControlPlane({ ...currentControlPlane().data, port: 1 } as never)).toThrow(
      'unknown option "port"',
    );
  });
});

describe("currentControlPlane", () => {
  it("says what to do when there is no control plane", () => {
    const plane = currentControlPlane();
    onTestFinished(() => setCurrentControlPlane(plane));
    setCurrentControlPlane(undefined);
    expect(() => currentControlPlane()).toThrowErrorMatchingInlineSnapshot(`
      [SeatrialError: No control plane is running for this call
      Hint: put globalSetup: "seatrial/global-setup" and setupFiles: "seatrial/vitest" in the test section of vitest.config, or pass { controlPlane }]
    `);
  });
});

describe("kube", () => {
  it("has one typed client of client-node for each API", async () => {
    const { kube } = currentControlPlane();
    const core = kube.api(CoreV1Api);
    expect((await core.readNamespace({ name: "default" })).metadata?.creationTimestamp).toBeInstanceOf(Date);
    expect(kube.api(CoreV1Api)).toBe(core);
  });

  it("reaches the API server whatever the proxy variables are", async () => {
    const names = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NODE_USE_ENV_PROXY"];
    const before = names.map((name) => process.env[name]);
    onTestFinished(() => {
      for (const [index, name] of names.entries()) {
        if (before[index] === undefined) delete process.env[name];
        else process.env[name] = before[index];
      }
    });
    for (const name of names) process.env[name] = name.startsWith("NODE") ? "1" : "http://127.0.0.1:9";
    const attached = attachControlPlane(currentControlPlane().data);
    onTestFinished(() => attached.stop());
    expect(await attached.kube.get(ref("default"))).toBeDefined();
    expect(await attached.engine.info()).toMatchObject({ pid: attached.data.pid });
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    await using release = await installChart(chart, { controlPlane: attached });
    expect(await release.get("ConfigMap", "a")).toBeDefined();
  });
});
