import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { startChartEngine } from "../../../src/boot/start-chart-engine.ts";
import { provideEngine } from "../../../src/engine/binary/provide-engine.ts";
import { ownerOf } from "../../../src/process/owner.ts";
import { tempBaseDir } from "../../../src/process/temp-dir.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const ownDirectories = async () => (await readdir(tempBaseDir())).filter((name) => ownerOf(name) === process.pid);

describe("startChartEngine", () => {
  it("renders charts without a control plane, and leaves nothing behind", async () => {
    const chart = await writeChart({
      "templates/a.yaml": configMap("{{ .Release.Name }}", { version: "{{ .Capabilities.KubeVersion }}" }),
    });
    const before = await ownDirectories();
    const { path: enginePath } = await provideEngine();
    const engine = await startChartEngine({ enginePath });
    const [own] = (await ownDirectories()).filter((name) => !before.includes(name));
    expect(own).toBeDefined();
    // Neither a store nor certificates.
    expect((await readdir(`${tempBaseDir()}/${own}`)).sort()).toEqual(["engine.sock", "helm"]);
    const { manifest } = await engine.helm.template({ chart, releaseName: "web", kubeVersion: engine.kubernetes });
    expect(manifest).toContain("name: web\n");
    expect(manifest).toContain(`version: ${engine.kubernetes}`);
    expect((await engine.helm.lint({ chart })).failed).toBe(0);
    await engine[Symbol.asyncDispose]();
    expect((await ownDirectories()).includes(basename(own ?? ""))).toBe(false);
    expect(existsSync(`${tempBaseDir()}/${own}`)).toBe(false);
  });

  it("does not answer what needs a cluster", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    const { path: enginePath } = await provideEngine();
    await using engine = await startChartEngine({ enginePath });
    const error = await rejectionOf(engine.helm.install({ chart, namespace: "default", releaseName: "a" }));
    expect(error.message).toContain("no endpoint POST /v1/install");
    await expect(engine.helm.template({ chart, dryRun: "server" })).rejects.toThrow();
  });

  it("explains the end of the engine to a call that waits", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    const { path: enginePath } = await provideEngine();
    await using engine = await startChartEngine({ enginePath });
    process.kill(engine.pid, "SIGKILL");
    const error = await rejectionOf(engine.helm.template({ chart }));
    expect(error).toMatchObject({ code: "SEATRIAL_ENGINE_EXITED", signal: "SIGKILL" });
  });
});
