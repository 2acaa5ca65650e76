import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import glob from "fast-glob";
import { describe, expect, it } from "vitest";
import { systemErrorCodes, userErrorCodes } from "../../src/errors/codes.ts";
import { findViolations, parseImports, resolveImport } from "../helpers/repository/architecture.ts";
import { repositoryPath } from "../helpers/repository/repository-path.ts";

const root = repositoryPath();
const read = (path: string) => readFileSync(repositoryPath(path), "utf8");
const sources = glob.sync("src/**/*.ts", { cwd: root }).sort();

describe("the architecture", () => {
  it("has files to check", () => {
    expect(sources.length).toBeGreaterThan(50);
  });

  it("has no file that imports from a layer to its right", () => {
    expect(sources.flatMap((path) => findViolations(path, read(path)))).toEqual([]);
  });

  it("has no imports in a circle, imports of types included", () => {
    expect(findCircles()).toEqual([]);
  });

  it("has no source file longer than 250 lines and no test longer than 400", () => {
    const tests = glob.sync(["test/**/*.ts", "charts/**/*.ts"], { cwd: root });
    const tooLong = (paths: string[], max: number) =>
      paths.map((path) => ({ path, lines: read(path).split("\n").length - 1 })).filter(({ lines }) => lines > max);
    expect([...tooLong(sources, 250), ...tooLong(tests, 400)]).toEqual([]);
  });

  it("has no directory of more than 24 files", () => {
    const counts = new Map<string, number>();
    for (const path of glob.sync(["src/**/*.ts", "test/**/*.ts", "bench/**/*.ts"], { cwd: root })) {
      counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
    }
    expect([...counts].filter(([, count]) => count > 24)).toEqual([]);
  });

  it("has a heading in docs/errors.md for every error code", () => {
    const headings = existsSync(repositoryPath("docs/errors.md"))
      ? (read("docs/errors.md").match(/^#+ .*$/gm) ?? [])
      : [];
    const codes = [...userErrorCodes, ...systemErrorCodes];
    const named = new Set(headings.flatMap((heading) => heading.match(/SEATRIAL_\w+/g) ?? []));
    expect(codes.filter((code) => !named.has(code))).toEqual([]);
    expect([...named].filter((name) => !(codes as string[]).includes(name))).toEqual([]);
  });
});

describe("findViolations", () => {
  it.each([
    [
      "src/kube/wait.ts",
      'import { x } from "../trial/trial.ts";',
      "src/kube/wait.ts may not import src/trial/trial.ts",
    ],
    [
      "src/kube/wait.ts",
      'import type { T } from "../trial/trial.ts";',
      "src/kube/wait.ts may not import src/trial/trial.ts",
    ],
    [
      "src/kube/wait.ts",
      'import { type T, type U } from "../trial/trial.ts";',
      "src/kube/wait.ts may not import src/trial/trial.ts",
    ],
    ["src/kube/wait.ts", 'export * from "../helm/types.ts";', "src/kube/wait.ts may not import src/helm/types.ts"],
    ["src/kube/wait.ts", 'await import("../cli/main.ts");', "src/kube/wait.ts may not import src/cli/main.ts"],
    ["src/plane/a.ts", 'import "../release/b.ts";', "src/plane/a.ts may not import src/release/b.ts"],
    ["src/plane/a.ts", 'import { execa } from "execa";', "src/plane/a.ts may not import execa"],
    [
      "src/engine/a.ts",
      'import { spawn } from "node:child_process";',
      "src/engine/a.ts may not import node:child_process",
    ],
    ["src/kube/a.ts", "console.log(1);", "src/kube/a.ts may not use console"],
    ["src/chart/a.ts", "process.env.HOME;", "src/chart/a.ts may not use process.env"],
    ["src/engine/a.ts", "process.exit(1);", "src/engine/a.ts may not use process.exit"],
    ["src/kube/index.ts", "", "src/kube/index.ts may not be: no barrels"],
  ])("says what is wrong with %s that has %j", (path, source, expected) => {
    expect(findViolations(path, source)).toEqual([expected]);
  });

  it.each([
    ["src/trial/trial.ts", 'import type { T } from "../kube/wait.ts";'],
    ["src/trial/trial.ts", 'import { type T, type U } from "../kube/wait.ts";'],
    ["src/kube/wait.ts", 'import {\n  a,\n  b,\n} from "../util/race.ts";'],
    ["src/matchers/a.ts", 'import type { X } from "vitest";'],
    ["src/engine/a.ts", '// console.log("x")\nimport { execa } from "execa";'],
  ])("accepts %s with %j", (path, source) => {
    expect(findViolations(path, source)).toEqual([]);
  });
});

function findCircles(): string[] {
  const edges = new Map(
    sources.map((path) => [path, parseImports(read(path)).flatMap(({ from }) => resolveImport(path, from) ?? [])]),
  );
  const circles: string[] = [];
  const finished = new Set<string>();
  const visit = (path: string, trail: string[]) => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
    if (trail.includes(path) || finished.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    finished.add(path);
  };
  for (const path of sources) visit(path, []);
  return circles;
}
