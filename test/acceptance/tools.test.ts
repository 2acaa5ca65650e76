import { chmod, lstat, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { provideEngine } from "../../src/engine/binary/provide-engine.ts";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";
import { configMap, writeChart } from "../helpers/charts/write-chart.ts";
import { runCli } from "../helpers/run-cli.ts";
import { setTrap, type Trap } from "../helpers/trap.ts";

const { path: enginePath } = await provideEngine();

async function writePlugin(directory: string, name: string, script: string): Promise<void> {
  await writeFile(join(directory, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(directory, name), 0o755);
}

describe("kubectl and helm while no control plane is up", () => {
  let state: TempDir;
  let trap: Trap;
  let before: unknown;
  const seatrial = (args: string[], cwd?: string) =>
    runCli(args, {
      ...(cwd === undefined ? {} : { cwd }),
      // A Pod's environment, and a home directory and variables that lead to a cluster.
      env: {
        ...trap.env,
        KUBERNETES_SERVICE_HOST: "127.0.0.1",
        KUBERNETES_MASTER: trap.env.HELM_KUBEAPISERVER ?? "",
        SEATRIAL_ENGINE: enginePath,
        SEATRIAL_STATE_DIR: state.path,
      },
    });

  beforeEach(async () => {
    state = await makeTempDir("st-tools-");
    trap = await setTrap();
    before = await trap.traces();
  });
  afterEach(async () => {
    expect(trap.connections()).toBe(0);
    expect(await trap.traces()).toEqual(before);
    await state.remove();
  });

  it("lint, render, describe and package a chart", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a") }, "good");
    expect((await seatrial(["helm", "lint", chart])).stdout).toContain("1 chart(s) linted, 0 chart(s) failed");
    expect((await seatrial(["helm", "--debug", "template", "get", chart])).stdout).toContain("kind: ConfigMap");
    expect((await seatrial(["helm", "show", "chart", chart])).stdout).toContain("name: good");
    expect((await seatrial(["helm", "dependency", "list", chart])).exitCode).toBe(0);
    const packed = await seatrial(["helm", "package", chart], state.path);
    expect(packed.stdout).toMatch(/good-\S+\.tgz$/);
  });

  it("exit with the code of the tool", async () => {
    const broken = await writeChart({ "templates/a.yaml": "a: {{ .Values.a.b.c }}" }, "broken");
    const lint = await seatrial(["helm", "lint", broken]);
    expect({ ...lint, stdout: "", stderr: "" }).toEqual({ exitCode: 1, stdout: "", stderr: "" });
    expect(lint.stderr + lint.stdout).toContain("1 chart(s) failed");
  });

  it("create a chart, and keep what they store in the state directory", async () => {
    expect((await seatrial(["helm", "create", "fresh"], state.path)).stdout).toBe("Creating fresh");
    expect((await seatrial(["helm", "dependency", "update", "fresh"], state.path)).exitCode).toBe(0);
    expect((await readdir(state.path)).sort()).toEqual(["default", "fresh"]);
    const { stdout } = await seatrial(["helm", "env"]);
    for (const name of ["CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "PLUGINS", "REPOSITORY_CONFIG", "CONTENT_CACHE"])
      expect(stdout, name).toContain(`HELM_${name}="${state.path}/default/helm/`);
    expect(stdout).toContain('HELM_KUBEAPISERVER=""');
    expect(stdout).toContain('HELM_NAMESPACE="default"');
  });

  it.each([
    [["kubectl"], "kubectl controls the Kubernetes cluster manager"],
    [["kubectl", "--help"], "kubectl controls the Kubernetes cluster manager"],
    [["kubectl", "get", "-h"], "Display one or many resources"],
    [["kubectl", "help", "apply"], "Apply a configuration to a resource"],
    [["kubectl", "version", "--client"], "Client Version: v1."],
    [["kubectl", "completion", "bash"], "__start_kubectl kubectl"],
    [["kubectl", "__complete", "ge"], "get\t"],
    [["kubectl", "create", "deployment", "w", "--image=x", "--dry-run=client", "--output=name"], "deployment.apps/w"],
    [["helm"], "The Kubernetes package manager"],
    [["helm", "install", "--help"], "This command installs a chart archive"],
    [["helm", "version", "--short"], "v4."],
    [["helm", "completion", "zsh"], "compdef"],
    [["helm", "__complete", "up"], "upgrade\t"],
    [["helm", "repo", "--help"], "interact with chart repositories"],
  ])("%j answers", async (args, text) => {
    const { exitCode, stdout } = await seatrial(args);
    expect(stdout).toContain(text);
    expect(exitCode).toBe(0);
  });

  it.each([
    ["kubectl", "frobnicate"],
    ["helm", "frobnicate"],
  ])("%s reports an unknown command itself", async (...args) => {
    const { exitCode, stderr } = await seatrial(args);
    expect(stderr).toContain(`unknown command "frobnicate" for "${args[0]}"`);
    expect(exitCode).toBe(1);
  });

  it.each([
    ["kubectl", "--namespace", "create", "get", "pods"],
    ["kubectl", "version"],
    ["kubectl", "create", "--dry-run=client", "-f", "a.yaml"],
    ["kubectl", "config", "view"],
    ["kubectl", "exec", "pod", "--", "program", "--help"],
    ["helm", "--debug", "install", "web", "charts/web"],
    ["helm", "template", "charts/web", "--dry-run=server"],
  ])("%s %s %s needs one, and seatrial says so", async (...args) => {
    const { exitCode, stderr } = await seatrial(args);
    expect(stderr).toBe("error: No control plane is up in the background\nHint: `seatrial up` starts one");
    expect(exitCode).toBe(2);
  });
});

describe("KUBECTL_PATH and HELM_BIN", () => {
  let state: TempDir;
  let plugins: string;
  const seatrial = (...args: string[]) =>
    runCli(args, {
      env: {
        SEATRIAL_STATE_DIR: join(state.path, "state"),
        PATH: [plugins, process.env.PATH ?? ""].join(delimiter),
        KUBECTL_PATH: "/nowhere/kubectl",
        HELM_BIN: "/nowhere/helm",
      },
    });

  beforeAll(async () => {
    state = await makeTempDir("st-tools-");
    plugins = join(state.path, "plugins");
    await mkdir(plugins);
    await writePlugin(plugins, "kubectl-who", 'echo "$KUBECTL_PATH"; "$KUBECTL_PATH" get namespace default -o name');
    expect((await seatrial("up")).exitCode).toBe(0);
  });
  afterAll(async () => {
    await seatrial("down");
    await state.remove();
  });

  it("name kubectl for a plugin of kubectl, which gets the same control plane", async () => {
    const path = join(state.path, "state", "default", "bin", "kubectl");
    expect(await seatrial("kubectl", "who")).toEqual({
      exitCode: 0,
      stdout: `${path}\nnamespace/default`,
      stderr: "",
    });
  });

  it("name helm for a plugin of helm, which gets the same control plane", async () => {
    const source = join(state.path, "who");
    await mkdir(source);
    const runtime = `runtimeConfig:\n  platformCommand:\n    - command: \${HELM_PLUGIN_DIR}/who\n`;
    const manifest = `apiVersion: v1\ntype: cli/v1\nname: who\nversion: 0.1.0\nruntime: subprocess\nconfig:\n  shortHelp: who\n${runtime}`;
    await writeFile(join(source, "plugin.yaml"), manifest);
    await writePlugin(source, "who", 'echo "$HELM_BIN"; "$HELM_BIN" list --all-namespaces --output json');
    const install = await seatrial("helm", "plugin", "install", source);
    expect(install).toMatchObject({ exitCode: 0 });
    const path = join(state.path, "state", "default", "bin", "helm");
    expect(await seatrial("helm", "who")).toMatchObject({ exitCode: 0, stdout: `${path}\n[]` });
  });

  it("are printed by `seatrial env`, and name programs of the engine in a private directory", async () => {
    const { stdout } = await seatrial("env");
    const script = `${stdout}\n"$KUBECTL_PATH" get namespace default -o name; "$HELM_BIN" list -o json; "$HELM_BIN" env HELM_BIN`;
    const run = await execa("sh", ["-c", script], { env: { HOME: state.path } });
    const directory = join(state.path, "state", "default", "bin");
    expect(run.stdout).toBe(`namespace/default\n[]\n${join(directory, "helm")}`);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(directory))
      expect((await lstat(join(directory, name))).isSymbolicLink()).toBe(true);
  });
});
