import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";
import { configMap } from "../helpers/charts/write-chart.ts";
import { makePackedProject } from "../helpers/projects/packed-project.ts";
import { runCli } from "../helpers/run-cli.ts";
import { setTrap } from "../helpers/trap.ts";

const PASSWORD = "hunter22-is-my-password";
const base64 = Buffer.from(PASSWORD).toString("base64");

const secret = `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { password: ${PASSWORD} }\n`;
const refused = "apiVersion: v1\nkind: Service\nmetadata: { name: w }\nspec: { ports: [{ port: 99999 }] }\n";

const project = {
  "vitest.config.mjs":
    'export default { test: { globalSetup: "seatrial/global-setup", setupFiles: "seatrial/vitest", testTimeout: 60000 } };\n',
  "package.json": '{ "type": "module" }\n',
  "charts/demo/Chart.yaml": "apiVersion: v2\nname: demo\nversion: 0.1.0\n",
  "charts/demo/templates/a.yaml": configMap("a"),
  "charts/demo/templates/s.yaml": secret,
  "charts/demo/templates/w.yaml": `{{ if .Values.port }}${refused}{{ end }}`,
  "demo.test.js": `import { currentControlPlane, installChart, templateChart } from "seatrial";
import { expect, it } from "vitest";

it("installs, upgrades and reads", async () => {
  await using release = await installChart("charts/demo");
  await release.upgrade({ values: { more: 1 } });
  expect((await release.get("Secret", "s")).data).toEqual({ password: ${JSON.stringify(base64)} });
  expect(await currentControlPlane().kube.list("v1", "Namespace")).not.toEqual([]);
});
it("writes a snapshot", async () => {
  expect((await templateChart("charts/demo")).manifest).toMatchSnapshot();
});
it("fails", async () => {
  await installChart("charts/demo", { values: { port: 1 } });
});
`,
};

function expectNoSecret(...texts: string[]): void {
  for (const text of texts) {
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain(base64);
  }
}

let packed: TempDir;
let state: TempDir;
let enginePath: string;

beforeAll(async () => {
  [packed, state] = await Promise.all([makePackedProject(project), makeTempDir("st-trap-state-")]);
  enginePath = (await runCli(["engine", "path"])).stdout.trim();
});
afterAll(async () => {
  await packed.remove();
  await state.remove();
});

describe("the trap", () => {
  it.each([
    [
      "kubectl with KUBECONFIG",
      ["kubectl", "get", "pods", "--request-timeout=5s"],
      (env: Record<string, string>) => env,
    ],
    ["kubectl with ~/.kube/config", ["kubectl", "get", "pods", "--request-timeout=5s"], ({ HOME = "" }) => ({ HOME })],
    ["helm with KUBECONFIG", ["helm", "list"], ({ HOME = "", KUBECONFIG = "" }) => ({ HOME, KUBECONFIG })],
    ["helm with its own variables", ["helm", "list"], ({ HELM_KUBEAPISERVER = "" }) => ({ HELM_KUBEAPISERVER })],
  ])("catches a plain %s, and sees its accesses to the files", async (_name, args, choose) => {
    const trap = await setTrap();
    const before = await trap.traces();
    const { PATH = "" } = process.env;
    const env = { PATH, ...choose(trap.env) };
    const run = execa(enginePath, args, { env, extendEnv: false, reject: false });
    await expect.poll(() => trap.connections(), { timeout: 60_000 }).toBeGreaterThan(0);
    // It would try again for long.
    run.kill("SIGKILL");
    await run;
    if ("HOME" in env) expect(await trap.traces()).not.toEqual(before);
  });
});

describe("the user's kubeconfig", () => {
  const bin = () => join(packed.path, "node_modules", "seatrial", "bin", "seatrial.js");

  it("is neither used, nor read, nor written by any command or test run of the packed package, and no output has a Secret's data", async () => {
    const trap = await setTrap();
    const before = await trap.traces();
    // The engine that is built is below the real home.
    const env = { ...trap.env, SEATRIAL_ENGINE: enginePath, SEATRIAL_STATE_DIR: state.path, NO_COLOR: "1" };
    const seatrial = (...args: string[]) =>
      execa(process.execPath, [bin(), ...args], { cwd: packed.path, env, reject: false });

    const check = await seatrial("check", "charts");
    expect(check.stdout).toMatch(/^passed: 1 chart, 1 case/m);

    const vitest = join(packed.path, "node_modules", "vitest", "vitest.mjs");
    // With CI set, vitest writes no new snapshot by itself.
    const tests = await execa(process.execPath, [vitest, "run", "--update", "--root", packed.path], {
      cwd: packed.path,
      env,
      reject: false,
      all: true,
    });
    expect(tests.all).not.toContain("Sourcemap");
    expect(tests.all).toMatch(/Tests +1 failed \| 2 passed \(3\)/);

    const snapshot = await readFile(join(packed.path, "__snapshots__", "demo.test.js.snap"), "utf8");
    expect(snapshot).toContain("*** (23 characters)");
    expectNoSecret(check.stdout + check.stderr, tests.all ?? "", snapshot);

    const up = await seatrial("up");
    expect(up.exitCode).toBe(0);
    expect((await seatrial("kubectl", "get", "pods", "-A")).exitCode).toBe(0);
    expect((await seatrial("helm", "install", "demo", "charts/demo", "--namespace=default")).exitCode).toBe(0);
    expect((await seatrial("helm", "list")).stdout).toContain("demo");
    expect((await seatrial("kubectl", "config", "set-context", "other", "--namespace=x")).exitCode).toBe(0);
    const bad = await seatrial("helm", "upgrade", "demo", "charts/demo", "--namespace=default", "--set=port=1");
    expect(bad.stderr).toContain("99999");
    expectNoSecret(await readFile(join(state.path, "default", "engine.log"), "utf8"));
    expect((await seatrial("down")).exitCode).toBe(0);
    expect((await seatrial("helm", "template", "charts/demo")).stdout).toContain("kind: ConfigMap");
    expect((await seatrial("kubectl", "version", "--client")).exitCode).toBe(0);

    expect(trap.connections()).toBe(0);
    expect(await trap.traces()).toEqual(before);
  });
});
