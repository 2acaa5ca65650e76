import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readManifest } from "../../../scripts/release/repository.ts";
import { platformName } from "../../../src/engine/binary/build-paths.ts";
import { provideEngine } from "../../../src/engine/binary/provide-engine.ts";
import { makeTempDir, type TempDir } from "../../../src/process/temp-dir.ts";
import { configMap } from "../../helpers/charts/write-chart.ts";
import { pathWithoutGo } from "../../helpers/projects/path-without-go.ts";
import { type LocalRegistry, startLocalRegistry } from "../../helpers/registry/local-registry.ts";
import { type PackedRelease, packRelease } from "../../helpers/registry/packed-release.ts";

const { version } = readManifest();
const platformPackage = `@seatrial/engine-${platformName}`;

let directory: TempDir;
let release: PackedRelease;
let registry: LocalRegistry;
let path: string;

beforeAll(async () => {
  directory = await makeTempDir("st-install-");
  release = await packRelease(join(directory.path, "release"), (await provideEngine()).path);
  registry = await startLocalRegistry();
  for (const file of [release.main, release.own, ...release.others]) await registry.add(file);
  path = join(directory.path, "programs");
  await mkdir(path);
  await pathWithoutGo(path);
});
afterAll(async () => {
  await registry.close();
  await directory.remove();
});

/** A project with one chart, in which seatrial is installed from the registry; its cache of engines is empty. */
async function installSeatrial(name: string, { url }: LocalRegistry, ...flags: string[]) {
  const project = join(directory.path, name);
  await mkdir(project);
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "demo", private: true, type: "module" }));
  await mkdir(join(project, "charts/demo/templates"), { recursive: true });
  await writeFile(join(project, "charts/demo/Chart.yaml"), "apiVersion: v2\nname: demo\nversion: 0.1.0\n");
  await writeFile(join(project, "charts/demo/templates/a.yaml"), configMap("demo", { a: "b" }));
  const env = {
    PATH: path,
    HOME: join(directory.path, "home"),
    npm_config_registry: url,
    npm_config_cache: join(directory.path, "npm-cache"),
    npm_config_audit: "false",
    npm_config_update_notifier: "false",
    SEATRIAL_CACHE_DIR: join(project, "cache"),
    NO_COLOR: "1",
  };
  const options = { cwd: project, env, extendEnv: false, reject: false, stdin: "ignore" } as const;
  const installed = await execa("npm", ["install", "--save-dev", "--ignore-scripts", ...flags, "seatrial"], options);
  expect(installed.stderr + installed.stdout).toMatch(/^added \d+ packages/m);
  const seatrial = (args: string[], more: Record<string, string> = {}) =>
    execa("npm", ["exec", "--offline", "--", "seatrial", ...args], { ...options, env: { ...env, ...more } });
  return { project, seatrial };
}

/** Every file in a directory with its size and time. */
function listFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((file) => ({ file, ...lstatSync(join(root, file)) }))
    .map(({ file, size, mtimeMs }) => `${file} ${size} ${mtimeMs}`)
    .sort();
}

describe("seatrial from a registry, without Go and without scripts", () => {
  let installation: Awaited<ReturnType<typeof installSeatrial>>;
  beforeAll(async () => {
    installation = await installSeatrial("whole", registry);
  });

  it("passes its first check, and changes nothing in node_modules", async () => {
    const { project, seatrial } = installation;
    const installed = join(project, "node_modules", platformPackage);
    expect(readdirSync(installed).sort()).toEqual(
      [
        "LICENSE",
        "NOTICES.txt",
        "README.md",
        "engine.json",
        "package.json",
        "sbom.cdx.json",
        "seatrial-engine.zst",
      ].sort(),
    );
    const before = listFiles(join(project, "node_modules"));
    const { stdout, stderr, exitCode } = await seatrial(["check"]);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(stdout).toMatch(/^passed: 1 chart, 1 case · 1 passed · 0 failed/m);
    expect(listFiles(join(project, "node_modules"))).toEqual(before);

    const engine = await seatrial(["engine"]);
    expect(engine.stdout).toContain(join(project, "cache", "engine"));
    expect(readFileSync(engine.stdout).equals(readFileSync((await provideEngine()).path))).toBe(true);
    const { engine: facts } = JSON.parse((await seatrial(["doctor", "--json"])).stdout);
    expect(facts).toMatchObject({ source: "package", path: engine.stdout, problem: null });
  });

  it("unpacks the engine into a directory for a system on which nothing can be written", async () => {
    const { project, seatrial } = installation;
    const unpacked = await seatrial(["engine", "unpack", "--to", "opt"]);
    expect(unpacked).toMatchObject({ stderr: "", exitCode: 0, stdout: join(project, "opt", "seatrial-engine") });
    const elsewhere = { SEATRIAL_ENGINE: unpacked.stdout, SEATRIAL_CACHE_DIR: join(project, "package.json", "cache") };
    const check = await seatrial(["check"], elsewhere);
    expect(check).toMatchObject({ stderr: "", exitCode: 0 });

    const refused = await seatrial(["check"], { ...elsewhere, SEATRIAL_ENGINE: "" });
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain(
      `cannot be unpacked into ${join(elsewhere.SEATRIAL_CACHE_DIR, "engine")}: a part of its path is not a directory`,
    );
  });

  it("names both versions when the package has another one", async () => {
    const { project, seatrial } = installation;
    const manifest = join(project, "node_modules", platformPackage, "package.json");
    const content = JSON.parse(readFileSync(manifest, "utf8"));
    await writeFile(manifest, JSON.stringify({ ...content, version: "0.0.9" }));
    const { stderr, exitCode } = await seatrial(["check"]);
    expect(stderr).toContain(
      `The package ${platformPackage} cannot be used: version: expected ${version}, found 0.0.9`,
    );
    expect(stderr).toContain(`  ${dirname(manifest)}\n`);
    expect(exitCode).toBe(3);
  });
});

describe("seatrial without its platform package", () => {
  const notInstalled = `package ${platformPackage}: not installed; seatrial ${version} needs version ${version} of it`;

  it.each([
    ["that was installed without optional packages", "omitted", ["--omit=optional"], notInstalled],
    [
      "that was installed for another system",
      "foreign",
      ["--os=win32", "--cpu=x64"],
      `package ${platformPackage}: not installed, but @seatrial/engine-win32-x64 is: the packages were installed on another system`,
    ],
  ])("%s names the missing package and exits with 3", async (_, name, flags, sentence) => {
    const { seatrial } = await installSeatrial(name, registry, ...flags);
    const { stderr, exitCode } = await seatrial(["check"]);
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(new RegExp(`^Hint: install .*${platformPackage}@${version}`, "m"));
    expect(exitCode).toBe(3);
    const { problem } = JSON.parse((await seatrial(["doctor", "--json"])).stdout).engine;
    expect(problem.message).toBe(
      `the package ${platformPackage} is not installed; there is no engine, and none can be built: \`go\` is not on PATH`,
    );
    expect(problem.fix).toContain(`${platformPackage}@${version}`);
  });

  it("that is half published can be installed, names the missing package and exits with 3", async () => {
    const half = await startLocalRegistry();
    try {
      await half.add(release.main);
      const { project, seatrial } = await installSeatrial("half", half);
      expect(readdirSync(join(project, "node_modules"))).not.toContain("@seatrial");
      const { stderr, exitCode } = await seatrial(["check"]);
      expect(stderr).toContain(notInstalled);
      expect(exitCode).toBe(3);
      expect((await seatrial(["engine", "unpack"])).stderr).toContain(
        `The package ${platformPackage} is not installed`,
      );
    } finally {
      await half.close();
    }
  });
});
