import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { makeTempDir } from "../../../src/process/temp-dir.ts";

// Each test starts the compiler several times, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const script = fileURLToPath(new URL("../../../scripts/build.mjs", import.meta.url));

const compilerOptions = {
  target: "es2024",
  module: "nodenext",
  types: [],
  rootDir: "src",
  outDir: "dist",
  declaration: true,
};

// Imports modules from dist in a loop, always anew, until its input ends; then prints how often, and what it saw last.
const reader = `
let open = true;
process.stdin.resume().on("end", () => { open = false; });
let last;
let count = 0;
for (; open; count++) {
  const { load } = await import("./dist/index.js?" + count);
  last = await load(count);
  if (count === 0) console.log("started");
  await new Promise(setImmediate);
}
console.log(JSON.stringify({ hasRead: count > 1, last }));
`;

interface Package {
  path: string;
  write(value: number): void;
  build(): Promise<{ exitCode?: number | undefined; stdout: string }>;
}

async function makePackage(): Promise<Package> {
  const { path, remove } = await makeTempDir();
  onTestFinished(remove);
  await mkdir(join(path, "src/deep"), { recursive: true });
  await writeFile(join(path, "package.json"), '{ "type": "module" }');
  await writeFile(join(path, "tsconfig.build.json"), JSON.stringify({ compilerOptions, include: ["src"] }));
  await writeFile(join(path, "reader.mjs"), reader);
  await writeFile(
    join(path, "src/index.ts"),
    'export const load = async (query: number) => (await import("./deep/value.js?" + query)).value;\n',
  );
  const write = (value: number) => writeFileSync(join(path, "src/deep/value.ts"), `export const value = ${value};\n`);
  write(0);
  const build = () => execa(process.execPath, [script, path], { reject: false });
  return { path, write, build };
}

/** All files in `dist` with the time of their last change. */
function snapshot({ path }: Package): Record<string, number> {
  const entries = readdirSync(join(path, "dist"), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(files.sort().map((file) => [file, statSync(file).mtimeMs]));
}

const compiledValue = ({ path }: Package) => readFileSync(join(path, "dist/deep/value.js"), "utf8");

describe("the build", () => {
  it("never fails a process that imports from dist while it is replaced", async () => {
    const project = await makePackage();
    await project.build();
    const reading = execa(process.execPath, ["reader.mjs"], { cwd: project.path, reject: false });
    onTestFinished(() => void reading.kill("SIGKILL"));
    await once(reading.stdout, "data");
    for (let value = 1; value <= 4; value++) {
      project.write(value);
      expect(await project.build()).toMatchObject({ exitCode: 0 });
    }
    reading.stdin.end();
    const { exitCode, stdout, stderr } = await reading;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(stdout.split("\n").at(-1) ?? "")).toEqual({ hasRead: true, last: 4 });
  });

  it("does nothing when the sources have not changed", async () => {
    const project = await makePackage();
    await project.build();
    const before = snapshot(project);
    expect(await project.build()).toMatchObject({ exitCode: 0, stdout: "" });
    expect(snapshot(project)).toEqual(before);
  });

  it("replaces only files that differ", async () => {
    const project = await makePackage();
    await project.build();
    const before = snapshot(project);
    project.write(1);
    await project.build();
    const after = snapshot(project);
    const changed = Object.keys(after).filter((file) => after[file] !== before[file]);
    expect(changed.map((file) => file.replace(`${project.path}/dist/`, ""))).toEqual([
      ".build.json",
      "deep/value.d.ts",
      "deep/value.js",
    ]);
  });

  it("removes what was compiled from deleted sources, and directories without files", async () => {
    const project = await makePackage();
    await project.build();
    rmSync(join(project.path, "src/deep"), { recursive: true });
    await project.build();
    expect(readdirSync(join(project.path, "dist"))).toEqual([".build.json", "index.d.ts", "index.js"]);
  });

  it("compiles again when a file in dist is missing", async () => {
    const project = await makePackage();
    await project.build();
    rmSync(join(project.path, "dist/index.js"));
    await project.build();
    expect(existsSync(join(project.path, "dist/index.js"))).toBe(true);
  });

  it("leaves dist unchanged when the sources do not compile, and says why", async () => {
    const project = await makePackage();
    await project.build();
    const before = snapshot(project);
    writeFileSync(join(project.path, "src/deep/value.ts"), "export const value: number = '';\n");
    const { exitCode, stdout } = await project.build();
    expect(exitCode).toBeGreaterThan(0);
    expect(stdout).toContain("error TS2322");
    expect(snapshot(project)).toEqual(before);
  });

  it("gives the last state of the sources when several builds run at the same time", async () => {
    const project = await makePackage();
    const earlier = [project.build(), project.build()];
    project.write(1);
    const results = await Promise.all([...earlier, project.build()]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(compiledValue(project)).toContain("value = 1;");
    expect(readdirSync(project.path).filter((name) => name.startsWith(".dist"))).toEqual([]);
  });

  it("takes the lock of a build that was killed", async () => {
    const project = await makePackage();
    const ended = await execa(process.execPath, ["--print", "process.pid"]);
    writeFileSync(join(project.path, ".dist-lock"), ended.stdout);
    expect(await project.build()).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(project.path, ".dist-lock"))).toBe(false);
  });
});
