// Installs seatrial with npm, pnpm, bun and yarn (Plug'n'Play and node_modules) from a registry on this machine: without Go, without
// scripts, offline from a warm cache. Then, with the network off and node_modules read-only, it tries a chart and a spec.
//
// npm run package:try -- [npm] [pnpm] [bun] [yarn-pnp] [yarn-node-modules]
//
// The packages are those in release/ when `npm run package:engine` and `package:main` have made them; else the engine that seatrial finds
// is packed, compressed fast. npm's registry is only asked for the package managers themselves.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { provideEngine } from "../src/engine/binary/provide-engine.ts";
import { pathWithoutGo } from "../test/helpers/projects/path-without-go.ts";
import { startLocalRegistry } from "../test/helpers/registry/local-registry.ts";
import { packRelease } from "../test/helpers/registry/packed-release.ts";
import { ownPlatform } from "./release/go-for.ts";
import { fetchManager, type ManagerName, managerNames } from "./release/package-managers.ts";
import { packageNameOf } from "./release/platforms.ts";
import { readManifest, root } from "./release/repository.ts";

const versionOf = async (name: string) =>
  (JSON.parse(await readFile(join(root, "node_modules", name, "package.json"), "utf8")) as { version: string }).version;
const [vite, vitest] = [await versionOf("vite"), await versionOf("vitest")];
const { version } = readManifest();
const isLinux = process.platform === "linux";

const files = {
  "charts/demo/Chart.yaml": "apiVersion: v2\nname: demo\nversion: 0.1.0\n",
  "charts/demo/templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { b: c }\n",
  "vitest.config.js": `export default {
  cacheDir: ".cache-of-vite",
  test: { globalSetup: "seatrial/global-setup", setupFiles: "seatrial/vitest", testTimeout: 60000 },
};
`,
  "demo.test.js": `import { dryRunChart, installChart } from "seatrial";
import { expect, it } from "vitest";
it("is accepted and installed", async () => {
  expect(await dryRunChart("charts/demo")).toBeAccepted();
  await using release = await installChart("charts/demo");
  expect((await release.get("ConfigMap", "a")).data).toEqual({ b: "c" });
});
`,
};

const directory = await mkdtemp(join(tmpdir(), "seatrial-managers-"));
const registry = await startLocalRegistry();
const programs = join(directory, "programs");
await mkdir(programs);
const env = {
  PATH: await pathWithoutGo(programs),
  HOME: join(directory, "home"),
  npm_config_registry: registry.url,
  // As npm's default is: an offline install needs the addresses in the lock file.
  npm_config_omit_lockfile_registry_resolved: "false",
  npm_config_cache: join(directory, "npm-cache"),
  npm_config_audit: "false",
  XDG_DATA_HOME: join(directory, "data"),
  BUN_INSTALL_CACHE_DIR: join(directory, "bun-cache"),
  YARN_GLOBAL_FOLDER: join(directory, "yarn"),
  NO_COLOR: "1",
  CI: "1",
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !managerNames.includes(name as ManagerName));
if (unknown !== undefined) throw new Error(`unknown package manager ${unknown}; there are ${managerNames.join(", ")}`);
const failed: string[] = [];
try {
  for (const path of await findRelease()) await registry.add(path);
  for (const name of asked.length === 0 ? managerNames : (asked as ManagerName[])) {
    try {
      console.log(`✓ ${name} ${await tryManager(name)}`);
    } catch (error) {
      failed.push(name);
      const { shortMessage, all, stack } = error as { shortMessage?: string; all?: string; stack?: string };
      console.log(`✗ ${name}: ${shortMessage ?? ""}\n${all ?? stack}`);
    }
  }
} finally {
  await registry.close();
  await rm(directory, { recursive: true, force: true });
}
if (failed.length > 0) console.log(`Failed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;

// The packages of other systems are stubs: managers read their manifests, and yarn and `npm ci` refuse what lacks one.
async function findRelease(): Promise<string[]> {
  const own = packageNameOf(ownPlatform()).replace("@", "").replace("/", "-");
  const made = [`seatrial-${version}.tgz`, `${own}-${version}.tgz`].map((file) => join(root, "release", file));
  const isMade = made.every((path) => existsSync(path));
  const program = isMade ? import.meta.filename : (await provideEngine()).path;
  const packed = await packRelease(join(directory, "release"), program);
  return [...(isMade ? made : [packed.main, packed.own]), ...packed.others];
}

async function tryManager(name: ManagerName): Promise<string> {
  const { version: found, settings, warm, install, run } = await fetchManager(name, directory, registry.url);
  const project = join(directory, `project-${name}`);
  // yarn gives vitest its peer only when the project names it; the others install it unasked.
  const devDependencies = { seatrial: version, vitest, ...(name.startsWith("yarn") ? { vite } : {}) };
  const npmrc = `registry=${registry.url}\n`;
  const manifest = JSON.stringify({ name: "demo", private: true, type: "module", devDependencies });
  for (const [file, text] of Object.entries({ "package.json": manifest, ".npmrc": npmrc, ...settings, ...files })) {
    await mkdir(dirname(join(project, file)), { recursive: true });
    await writeFile(join(project, file), text);
  }
  const own = { ...env, SEATRIAL_CACHE_DIR: join(project, ".cache") };
  const [command = "", ...args] = warm;
  await execa(command, args, { cwd: project, env: own, extendEnv: false, all: true });
  for (const left of ["node_modules", ".pnp.cjs", ".pnp.loader.mjs", ".yarn/unplugged"]) {
    await rm(join(project, left), { recursive: true, force: true });
  }
  const startedAt = performance.now();
  const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  await offline(project, install, own);
  const installed = seconds();
  if (process.platform === "win32")
    return `${found}: installed after ${installed}, ${await offline(project, [...run, "seatrial", "engine"], own)}`;
  const check = await offline(project, [...run, "seatrial", "check", "charts"], own);
  const green = seconds();
  if (!/^passed: 1 chart, 1 case/m.test(check)) throw new Error(`the check did not pass:\n${check}`);
  const again = performance.now();
  // vite's default loader writes its bundle of the configuration into node_modules.
  const specs = await offline(project, [...run, "vitest", "run", "--configLoader=native"], own);
  if (!/Tests +1 passed/.test(specs)) throw new Error(`the spec did not pass:\n${specs}`);
  const engines = await readdir(join(project, ".cache/engine"));
  if (engines.length !== 1) throw new Error(`the cache of engines has ${engines.join(", ")}`);
  return `${found}: installed offline after ${installed}, first check green after ${green}, spec ${((performance.now() - again) / 1000).toFixed(1)} s`;
}

/** Runs a command where there is no network but loopback and what is installed cannot be written, on Linux; elsewhere as it is. */
async function offline(cwd: string, command: readonly string[], env: Record<string, string>): Promise<string> {
  const script = `ip link set lo up 2>/dev/null || ifconfig lo up
for installed in node_modules .yarn; do
  [ -n "$READ_ONLY" ] && [ -d $installed ] && mount --bind $installed $installed && mount -o remount,ro,bind $installed
done
PATH=$PROGRAMS exec "$@"`;
  const isInstall = command.includes("install") || command.includes("ci");
  const inside = { ...env, PATH: process.env.PATH ?? "", PROGRAMS: env.PATH ?? "", READ_ONLY: isInstall ? "" : "1" };
  const user = process.getuid?.() === 0 ? [] : ["--map-root-user"];
  const [file = "", ...args] = isLinux
    ? ["unshare", "--net", "--mount", ...user, "sh", "-c", script, "sh", ...command]
    : command;
  const { all } = await execa(file, args, { cwd, env: isLinux ? inside : env, extendEnv: false, all: true });
  return all;
}
