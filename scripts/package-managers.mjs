// Installs the packed package with npm, pnpm, bun and yarn (Plug'n'Play), without scripts and offline from a warm cache, and with
// the network off tries a chart and a spec. Needs a built engine, and a network to fetch the package managers and to warm their caches:
// npm exec -- node scripts/package-managers.mjs [npm] [pnpm] [bun] [yarn]
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";

const root = new URL("..", import.meta.url).pathname;
const tools = { pnpm: "pnpm@12", bun: "bun@1", yarn: "@yarnpkg/cli-dist@4" };
const { version: vite } = JSON.parse(await readFile(join(root, "node_modules/vite/package.json"), "utf8"));
const { version: vitest } = JSON.parse(await readFile(join(root, "node_modules/vitest/package.json"), "utf8"));

const directory = await mkdtemp(join(tmpdir(), "seatrial-managers-"));
const registry = (await execa("npm", ["config", "get", "registry"], { cwd: root })).stdout.trim();
const env = {
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
  npm_config_registry: registry,
  // As npm's default is: an offline install needs the addresses in the lock file.
  npm_config_omit_lockfile_registry_resolved: "false",
  npm_config_cache: join(directory, "npm-cache"),
  XDG_DATA_HOME: join(directory, "data"),
  BUN_INSTALL_CACHE_DIR: join(directory, "bun-cache"),
  YARN_GLOBAL_FOLDER: join(directory, "yarn"),
  NO_COLOR: "1",
  CI: "1",
};

const files = {
  "charts/demo/Chart.yaml": "apiVersion: v2\nname: demo\nversion: 0.1.0\n",
  "charts/demo/templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { b: c }\n",
  "vitest.config.js":
    'export default { test: { globalSetup: "seatrial/global-setup", setupFiles: "seatrial/vitest", testTimeout: 60000 } };\n',
  "demo.test.js": `import { dryRunChart, installChart } from "seatrial";
import { expect, it } from "vitest";
it("is accepted and installed", async () => {
  expect(await dryRunChart("charts/demo")).toBeAccepted();
  await using release = await installChart("charts/demo");
  expect((await release.get("ConfigMap", "a")).data).toEqual({ b: "c" });
});
`,
};

/** For each manager: how it fills its cache, how it installs from it, and how it runs a program of the project. */
const managers = {
  npm: () => ({
    warm: ["npm", "install", "--ignore-scripts"],
    install: ["npm", "ci", "--ignore-scripts", "--offline"],
    run: ["npm", "exec", "--offline", "--"],
  }),
  pnpm: (bin) => ({
    warm: [bin("pnpm"), "install", "--ignore-scripts", "--no-frozen-lockfile"],
    install: [bin("pnpm"), "install", "--ignore-scripts", "--offline", "--frozen-lockfile"],
    run: [bin("pnpm"), "exec"],
  }),
  bun: (bin) => ({
    warm: [bin("bun"), "install", "--ignore-scripts"],
    install: [bin("bun"), "install", "--ignore-scripts", "--frozen-lockfile"],
    run: [bin("bun"), "run"],
  }),
  yarn: (bin) => ({
    settings: {
      ".yarnrc.yml": `nodeLinker: pnp\nenableScripts: false\nenableTelemetry: false\nnpmRegistryServer: ${JSON.stringify(registry)}\nunsafeHttpWhitelist: ["*"]\n`,
      "yarn.lock": "",
    },
    warm: [bin("yarn"), "install", "--no-immutable"],
    install: [bin("yarn"), "install", "--immutable"],
    run: [bin("yarn")],
  }),
};

const asked = process.argv.slice(2);
const failed = [];
try {
  await execa("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", directory], { cwd: root });
  const packed = (await readdir(directory)).find((name) => name.endsWith(".tgz"));
  for (const name of asked.length === 0 ? Object.keys(managers) : asked) {
    const startedAt = performance.now();
    try {
      const said = await tryManager(name, join(directory, packed));
      console.log(`✓ ${name} ${said} (${((performance.now() - startedAt) / 1000).toFixed(0)} s)`);
    } catch (error) {
      failed.push(name);
      console.log(`✗ ${name}: ${error.shortMessage ?? error.message}\n${error.all ?? error.stack}`);
    }
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
if (failed.length > 0) console.log(`Failed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function tryManager(name, packed) {
  const bin = await provide(name);
  const { warm, install, run, settings = {} } = managers[name](bin);
  const project = join(directory, `project-${name}`);
  await mkdir(project);
  await cp(packed, join(project, "seatrial.tgz"));
  // Plug'n'Play gives vitest its peer only when the project names it; the others install it unasked.
  const devDependencies = { seatrial: "file:./seatrial.tgz", vitest, ...(name === "yarn" ? { vite } : {}) };
  const manifest = JSON.stringify({ name: "demo", private: true, type: "module", devDependencies });
  for (const [file, text] of Object.entries({ "package.json": manifest, ...settings, ...files })) {
    await mkdir(dirname(join(project, file)), { recursive: true });
    await writeFile(join(project, file), text);
  }
  const said = await execa(name === "npm" ? "npm" : bin(name), ["--version"], { env, cwd: project });
  await execa(warm[0], warm.slice(1), { cwd: project, env, all: true });
  for (const left of ["node_modules", ".pnp.cjs", ".pnp.loader.mjs", ".yarn/unplugged"]) {
    await rm(join(project, left), { recursive: true, force: true });
  }
  await offline(project, install);
  const check = await offline(project, [...run, "seatrial", "check", "charts"]);
  if (!/^passed: 1 chart, 1 case/m.test(check)) throw new Error(`the check did not pass:\n${check}`);
  const specs = await offline(project, [...run, "vitest", "run"]);
  if (!/Tests +1 passed/.test(specs)) throw new Error(`the spec did not pass:\n${specs}`);
  return said.stdout.trim();
}

/** Runs a command where there is no network but loopback. */
async function offline(cwd, command) {
  const script = 'ip link set lo up 2>/dev/null || ifconfig lo up; exec "$@"';
  const args = ["--net", ...(process.getuid() === 0 ? [] : ["--map-root-user"]), "sh", "-c", script, "sh", ...command];
  const { all } = await execa("unshare", args, { cwd, env, all: true });
  return all;
}

/** Fetches a package manager; resolves with a function that returns the path of a program. */
async function provide(name) {
  if (name === "npm") return () => "npm";
  if (tools[name] === undefined)
    throw new Error(`unknown package manager; there are npm, ${Object.keys(tools).join(", ")}`);
  const managerDir = join(directory, `manager-${name}`);
  await mkdir(managerDir);
  await writeFile(join(managerDir, "package.json"), "{}");
  await execa("npm", ["install", "--ignore-scripts", tools[name]], { cwd: managerDir, env, all: true });
  if (name === "bun") {
    // Its program is in a package of its own for each system; a script, which is not run here, would link it.
    const [system] = (await readdir(join(managerDir, "node_modules/@oven"))).filter(
      (entry) => !/musl|baseline/.test(entry),
    );
    return () => join(managerDir, "node_modules/@oven", system, "bin/bun");
  }
  return () => join(managerDir, "node_modules/.bin", name);
}
