import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { HelmProgram } from "../../../../src/helm/program/helm-program.ts";
import { makeTempDir } from "../../../../src/process/temp-dir.ts";
import { engineClientOf } from "../../../helpers/engine/engine-service.ts";

const release = { namespace: "colours", releaseName: "blue" };
const stored = { name: "blue", revision: 3 };

/** A Helm program that is this shell script, with an engine that answers what the storage has and what a message means. */
async function helmProgram(script: string) {
  const { path: directory, remove } = await makeTempDir("seatrial-program-");
  onTestFinished(remove);
  const path = join(directory, "helm");
  await writeFile(path, `#!/bin/sh\nout=${directory}\n${script}\n`);
  await chmod(path, 0o755);
  const asked: { verb: string; request: Record<string, unknown> }[] = [];
  const engine = await engineClientOf(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const verb = request.url?.replace("/v1/", "") ?? "";
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
    asked.push({ verb, request: body });
    const answer = verb === "explain" ? { error: { code: "hook", message: body.message } } : { release: stored };
    response.end(JSON.stringify(answer));
  });
  const kubeconfigPath = "/plane/kubeconfig";
  const helm = new HelmProgram({ engine, path, kubeconfigPath, version: "v3.22.0", major: 3 });
  return { helm, asked, read: (name: string) => readFile(join(directory, name), "utf8") };
}

describe("a Helm program", () => {
  it("installs into the control plane, and the release is read from the storage", async () => {
    const { helm, asked, read } = await helmProgram('echo "$@" > $out/args; echo \'{"version": 3}\'');
    expect(await helm.install({ ...release, chart: "/charts/web" })).toEqual(stored);
    expect((await read("args")).trim()).toBe(
      "install blue /charts/web --output=json --namespace=colours --kubeconfig=/plane/kubeconfig",
    );
    expect(asked).toEqual([{ verb: "status", request: { ...release, revision: 3, helm: 3 } }]);
  });

  it("has private directories, no plug-ins and none of the user's variables", async () => {
    vi.stubEnv("KUBECONFIG", "/home/me/.kube/config");
    vi.stubEnv("HELM_KUBECONTEXT", "production");
    vi.stubEnv("HTTPS_PROXY", "http://proxy.invalid");
    onTestFinished(() => void vi.unstubAllEnvs());
    const { helm, read } = await helmProgram(
      'env > $out/env; for d in "$HOME" "$HELM_CACHE_HOME" "$HELM_CONFIG_HOME" "$HELM_DATA_HOME"; do stat -c "%a $d" "$d"; done > $out/dirs',
    );
    await helm.uninstall(release);
    const env = Object.fromEntries((await read("env")).split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2)));
    const { PATH: _path, PWD: _pwd, SHLVL: _level, _: _last, OLDPWD: _old, ...given } = env;
    expect(
      Object.keys(given)
        .filter((name) => name !== "")
        .sort(),
    ).toEqual([
      "HELM_BURST_LIMIT",
      "HELM_CACHE_HOME",
      "HELM_CONFIG_HOME",
      "HELM_DATA_HOME",
      "HELM_NO_PLUGINS",
      "HELM_PLUGINS",
      "HELM_QPS",
      "HOME",
      "TMPDIR",
    ]);
    const directories = (await read("dirs")).trim().split("\n");
    expect(new Set(directories.map((line) => line.split(" ")[0]))).toEqual(new Set(["700"]));
    expect(new Set(directories).size).toBe(4);
    // They are gone with the process.
    await expect(stat(directories[0]?.split(" ")[1] ?? "")).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("fails with what the engine makes of its message, without the warnings before it", async () => {
    const { helm, asked } = await helmProgram('echo "WARNING: old" >&2; echo "Error: UPGRADE FAILED: no" >&2; exit 1');
    const failed = helm.upgrade({ ...release, chart: "/charts/web" });
    await expect(failed).rejects.toMatchObject({
      name: "HelmError",
      helmCode: "hook",
      helmMessage: "UPGRADE FAILED: no",
    });
    expect(asked.at(-1)?.request).toEqual({ ...release, message: "UPGRADE FAILED: no", helm: 3 });
  });

  it("is asked to end when its release is given up", async () => {
    const { helm, read } = await helmProgram(
      `trap 'echo "Error: release blue failed: context canceled" >&2; exit 1' TERM; echo started > $out/started; while :; do sleep 0.05; done`,
    );
    const failed = helm.install({ ...release, chart: "/charts/web" });
    failed.catch(() => undefined);
    await vi.waitFor(() => read("started"), { timeout: 30_000 });
    expect(await helm.giveUp({ ...release, namespace: "another" })).toBe(0);
    expect(await helm.giveUp(release)).toBe(1);
    await expect(failed).rejects.toMatchObject({ helmCode: "given-up" });
  });

  it("is ended when its caller cancels", async () => {
    const { helm, read } = await helmProgram("echo started > $out/started; exec sleep 60");
    const controller = new AbortController();
    const failed = helm.rollback(release, { signal: controller.signal });
    failed.catch(() => undefined);
    await vi.waitFor(() => read("started"), { timeout: 30_000 });
    controller.abort();
    await expect(failed).rejects.toMatchObject({ code: "SEATRIAL_CANCELLED" });
  });

  it("that cannot be started is an error of the call", async () => {
    const { helm } = await helmProgram("");
    const missing = new HelmProgram({
      engine: await engineClientOf(() => undefined),
      path: "/nonexistent/helm",
      kubeconfigPath: "/plane/kubeconfig",
      version: await helm.version(),
      major: helm.major,
    });
    await expect(missing.uninstall(release)).rejects.toMatchObject({
      code: "SEATRIAL_USAGE",
      message: expect.stringContaining("/nonexistent/helm cannot be started"),
    });
  });
});
