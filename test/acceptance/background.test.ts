import { access, readdir, readFile, realpath, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isRunning } from "../../src/process/process-group.ts";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";
import { configMap, writeChart } from "../helpers/charts/write-chart.ts";
import { runCli, stable } from "../helpers/run-cli.ts";
import { stage } from "../helpers/stages.ts";

let state: TempDir;
const seatrial = (...args: string[]) =>
  runCli(args, { env: { SEATRIAL_STATE_DIR: state.path, KUBECONFIG: "/nowhere/trap", HELM_NAMESPACE: "nowhere" } });
const status = async () => JSON.parse((await seatrial("status", "--json")).stdout);
const words = (text: string) => stable(text).replaceAll(state.path, "<state>");

beforeEach(async () => {
  state = await makeTempDir("st-up-");
});
afterEach(async () => {
  await seatrial("down");
  await state.remove();
});

describe("seatrial up", () => {
  it("starts a control plane that keeps running, and a second `up` finds it", async () => {
    const first = await seatrial("up");
    expect(words(first.stdout)).toBe("export KUBECONFIG='<state>/default/kubeconfig'");
    expect(words(first.stderr)).toBe(
      "The control plane is up after <time>: Kubernetes <version>, https://127.0.0.1:<port>, process <pid>",
    );
    const second = await seatrial("up");
    expect(second.stdout).toBe(first.stdout);
    expect(words(second.stderr)).toBe(
      "The control plane has been up since <date>: Kubernetes <version>, https://127.0.0.1:<port>, process <pid>",
    );
    const { pid, up, kubeconfig } = await status();
    expect({ up, kubeconfig }).toEqual({ up: true, kubeconfig: /'(.*)'/.exec(first.stdout)?.[1] });
    expect((await stat(join(state.path, "default"))).mode & 0o777).toBe(0o700);

    const down = await seatrial("down");
    expect({ ...down, stderr: words(down.stderr) }).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "The control plane (process <pid>) was stopped",
    });
    expect(isRunning(pid)).toBe(false);
    expect(await readdir(state.path)).toEqual([]);
  });

  it("starts one control plane for several concurrent calls", async () => {
    const runs = await Promise.all([seatrial("up"), seatrial("up"), seatrial("up")]);
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(1);
    expect(runs.filter(({ stderr }) => stderr.includes("is up after"))).toHaveLength(1);
  });

  it("starts another one after a kill, and removes what the killed one left", async () => {
    await seatrial("up");
    const killed = await status();
    const data = await realpath(killed.kubeconfig);
    process.kill(killed.pid, "SIGKILL");
    expect(await seatrial("status")).toEqual({
      exitCode: 3,
      stdout: "No control plane is up in the background; `seatrial up` starts one",
      stderr: "",
    });
    expect((await seatrial("up")).exitCode).toBe(0);
    expect((await status()).pid).not.toBe(killed.pid);
    await expect(access(data)).rejects.toThrow("ENOENT");
  });
});

describe("seatrial up --stages", () => {
  const labels = (
    value: string,
  ) => `selector: { matchExpressions: [{ key: .metadata.labels.by, operator: NotIn, values: [${value}] }] }
next: { patches: [{ template: "metadata: { labels: { by: ${value} } }" }] }`;
  const label = async (name: string) =>
    (await seatrial("kubectl", "get", "configmap", name, "-o", "jsonpath={.metadata.labels.by}")).stdout;
  const make = (name: string) => seatrial("kubectl", "create", "configmap", name);

  it("applies Stages to the control plane until other ones are named", async () => {
    const chart = await writeChart({
      "one/a.yaml": stage("one", "ConfigMap", labels("one"), "v1"),
      "two/a.yaml": stage("two", "ConfigMap", labels("two"), "v1"),
      "templates/a.yaml": configMap("a"),
    });
    expect((await seatrial("up", "--stages", join(chart, "one"))).exitCode).toBe(0);
    await make("first");
    await expect.poll(() => label("first"), { timeout: 10_000 }).toBe("one");
    const reuse = { env: { SEATRIAL_STATE_DIR: state.path, SEATRIAL_REUSE: "1" } };
    const checked = await runCli(["check", chart, "--json"], reuse);
    expect(JSON.parse(checked.stdout)).toMatchObject({ exitCode: 0, stages: [{ name: "one", kind: "ConfigMap" }] });

    expect((await seatrial("up")).exitCode).toBe(0);
    expect((await seatrial("up", "--no-wait", "--stages", join(chart, "two/*.yaml"))).exitCode).toBe(0);
    await expect.poll(() => label("first"), { timeout: 10_000 }).toBe("two");
  });

  it("refuses invalid Stages, and no control plane keeps running with them", async () => {
    const chart = await writeChart({ "a.yaml": stage("wrong", "Nothing", "selector: {}", "v1") });
    const run = await seatrial("up", "--stages", join(chart, "a.yaml"));
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toMatch(
      /^error: seatrial up --stages: the Stage cannot be used\n {2}\S*a\.yaml: Stage "wrong": spec\.resourceRef\.kind is "Nothing"/,
    );
    expect((await status()).up).toBe(false);
  });
});

describe("without a control plane", () => {
  it.each([["env"], ["kubectl", "get", "pods"], ["helm", "list"]])("%s says so", async (...args) => {
    expect(await seatrial(...args)).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: "error: No control plane is up in the background\nHint: `seatrial up` starts one",
    });
  });

  it("`down` has nothing to do", async () => {
    expect(await seatrial("down")).toEqual({ exitCode: 0, stdout: "", stderr: "No control plane was up" });
  });
});

describe("seatrial down", () => {
  it("removes what the tools kept, and leaves the files of others", async () => {
    await seatrial("up");
    await seatrial("kubectl", "get", "pods");
    await seatrial("helm", "list");
    const directory = join(state.path, "default");
    expect(await readdir(directory)).toEqual(expect.arrayContaining(["bin", "helm", "kube-cache", "engine.log"]));
    await writeFile(join(directory, "notes.txt"), "mine");
    expect((await seatrial("down")).exitCode).toBe(0);
    expect(await readdir(directory)).toEqual(["notes.txt"]);
  });

  it("removes what the tools kept while no control plane was up", async () => {
    expect((await seatrial("helm", "version")).exitCode).toBe(0);
    expect(await readdir(state.path)).toEqual(["default"]);
    expect(await seatrial("down")).toEqual({ exitCode: 0, stdout: "", stderr: "No control plane was up" });
    expect(await readdir(state.path)).toEqual([]);
  });

  it("does not fail a start that waits for it", async () => {
    await seatrial("up");
    const runs = await Promise.all([seatrial("down"), seatrial("up"), seatrial("up")]);
    const failures = runs.filter(({ exitCode }) => exitCode !== 0);
    expect(failures).toEqual([]);
  });
});

describe("seatrial kubectl and helm", () => {
  it("pass arguments and exit codes through, and use the background plane alone", async () => {
    await seatrial("up");
    const chart = await writeChart({ "templates/a.yaml": configMap("a", { colour: "blue" }) });
    const install = await seatrial("helm", "install", "demo", chart, "--namespace", "shop", "--create-namespace");
    expect(install.stdout).toContain("STATUS: deployed");
    const get = await seatrial(
      "kubectl",
      "get",
      "configmap",
      "a",
      "--namespace=shop",
      "--output=jsonpath={.data.colour}",
    );
    expect(get).toEqual({ exitCode: 0, stdout: "blue", stderr: "" });
    const missing = await seatrial("kubectl", "get", "configmap", "b");
    expect(missing).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: 'Error from server (NotFound): configmaps "b" not found',
    });
    expect((await seatrial("kubectl", "get", "--help")).stdout).toContain("Display one or many resources");
  });

  it("drain a node except for Pods that a PodDisruptionBudget protects, and say so", async () => {
    await seatrial("up");
    const set = ["--set", "replicaCount=2", "--set", "podDisruptionBudget.enabled=true"];
    const budget = ["--set", "podDisruptionBudget.maxUnavailable=0"];
    const install = await seatrial("helm", "install", "web", "charts/web", "--wait", ...set, ...budget);
    expect(install).toMatchObject({ exitCode: 0 });
    const nodes = await seatrial("kubectl", "get", "pods", "--output=jsonpath={.items[*].spec.nodeName}");
    const [node = "none"] = nodes.stdout.split(" ");
    const drain = (timeout: string) =>
      seatrial("kubectl", "drain", node, "--delete-emptydir-data", `--timeout=${timeout}`);
    const drained = await drain("3s");
    expect(drained.exitCode).toBe(1);
    expect(drained.stderr).toMatch(
      /error when evicting pods\/"web-\S+" -n "default" \(will retry after 5s\): Cannot evict pod as it would violate the pod's disruption budget\./,
    );
    await seatrial(
      "helm",
      "upgrade",
      "web",
      "charts/web",
      "--reuse-values",
      "--set",
      "podDisruptionBudget.maxUnavailable=1",
    );
    expect(await drain("60s")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`node/${node} drained`) });
  });

  it("lets `check` use the plane that is up, and `check` leaves nothing in it", async () => {
    await seatrial("up");
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    const namespaces = () => seatrial("kubectl", "get", "namespaces", "--output=name");
    const before = await namespaces();
    const env = { SEATRIAL_STATE_DIR: state.path, SEATRIAL_REUSE: "1" };
    const { exitCode, stdout } = await runCli(["check", chart, "--json"], { env });
    expect(JSON.parse(stdout)).toMatchObject({ verdict: "passed", controlPlane: { bootMs: 0 } });
    expect(exitCode).toBe(0);
    expect((await namespaces()).stdout).toBe(before.stdout);
    expect((await status()).up).toBe(true);
  });
});

describe("the state of a plane", () => {
  it("is a file that only its user may read", async () => {
    await seatrial("up");
    const file = join(state.path, "default", "state.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({
      schemaVersion: 1,
      kubeconfigPath: join(state.path, "default", "kubeconfig"),
    });
  });
});
