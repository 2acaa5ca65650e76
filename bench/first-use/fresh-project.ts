import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { pathWithoutGo } from "../../test/helpers/projects/path-without-go.ts";
import { repositoryRoot } from "../support/charts.ts";
import { timed } from "../support/contest.ts";
import { writeSmallChart } from "../support/small-chart.ts";

/** Where fresh projects install from. */
export interface Machine {
  /** With the programs and the cache of npm. */
  directory: string;
  registry: string;
  version: string;
}

/** What the first use took, in milliseconds. */
export interface FirstUse {
  install: number;
  /** The first run of vitest, which unpacks the engine. */
  firstTest: number;
  /** The unpacking of the engine: the command that prints its path, without what it takes when the engine is in the cache. */
  unpack: number;
  /** A further run of vitest. */
  nextTest: number;
}

const files = {
  "package.json": '{ "name": "demo", "private": true, "type": "module" }\n',
  "vitest.config.ts": `import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { globalSetup: "seatrial/global-setup", setupFiles: "seatrial/vitest", testTimeout: 60_000 },
});
`,
  "small.spec.ts": `import { dryRunChart, installChart } from "seatrial";
import { expect, it } from "vitest";

it("is accepted and installed", async () => {
  expect(await dryRunChart("charts/small")).toBeAccepted();
  await using release = await installChart("charts/small", { wait: true });
  expect((await release.get("ConfigMap", release.name)).data).toEqual({ key: "value" });
});
`,
};

/** Makes a project, installs vitest and seatrial into it and runs its test, with an empty cache of engines and without Go. */
export async function useFirst({ directory, registry, version }: Machine): Promise<FirstUse> {
  await using project = await makeTempDir("seatrial-bench-");
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(project.path, file)), { recursive: true });
    await writeFile(join(project.path, file), text);
  }
  await writeSmallChart(join(project.path, "charts/small"));
  const cache = join(project.path, "cache");
  const env = {
    PATH: join(directory, "programs"),
    HOME: join(directory, "home"),
    npm_config_registry: registry,
    npm_config_cache: join(directory, "npm-cache"),
    npm_config_audit: "false",
    npm_config_update_notifier: "false",
    SEATRIAL_CACHE_DIR: cache,
    NO_COLOR: "1",
  };
  const npm = async (...args: string[]) =>
    (await execa("npm", args, { cwd: project.path, env, extendEnv: false, stdin: "ignore" })).stdout;
  const test = async () => {
    const stdout = await npm("exec", "--offline", "--", "vitest", "run");
    if (!/Tests +1 passed/.test(stdout)) throw new Error(`the test did not pass:\n${stdout}`);
  };
  const program = join(project.path, "node_modules/seatrial/bin/seatrial.js");
  const printPath = () => execa(process.execPath, [program, "engine", "path"], { env, extendEnv: false });

  const packages = [`vitest@${await installedVersion("vitest")}`, `seatrial@${version}`];
  const install = await timed(() => npm("install", "--save-dev", ...packages));
  const firstTest = await timed(test);
  const nextTest = await timed(test);
  const unpacked = await timed(printPath);
  await rm(cache, { recursive: true });
  const packed = await timed(printPath);
  return { install, firstTest, unpack: packed - unpacked, nextTest };
}

/** Fills the directory of a machine that has Node and npm, and no Go. */
export async function prepareMachine(directory: string): Promise<void> {
  const programs = join(directory, "programs");
  await mkdir(programs, { recursive: true });
  await pathWithoutGo(programs);
}

async function installedVersion(name: string): Promise<string> {
  const manifest = await readFile(join(repositoryRoot, "node_modules", name, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
