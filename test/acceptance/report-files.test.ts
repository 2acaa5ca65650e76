import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../helpers/charts/write-chart.ts";
import { runCli, startCli } from "../helpers/run-cli.ts";

const good = () => writeChart({ "templates/a.yaml": configMap("a") }, "good");
const stages = "apiVersion: kwok.x-k8s.io/v1alpha1\nkind: Stage\nmetadata: { name: wrong }\nspec: {}\n";

describe("--junit of a run that cannot start", () => {
  it.each([
    ["the engine is missing", { SEATRIAL_ENGINE: "/nowhere/engine" }, [], 3, "SEATRIAL_ENGINE_NOT_EXECUTABLE"],
    ["a file of Stages is invalid", {}, ["--stages", "stages.yaml"], 2, "SEATRIAL_USAGE"],
    ["a file of definitions is missing", {}, ["--crds", "nowhere.yaml"], 2, "SEATRIAL_USAGE"],
    ["there is no chart", {}, ["nowhere"], 2, "SEATRIAL_NO_CHARTS"],
    ["no case is left", {}, ["--filter", "nothing"], 2, "SEATRIAL_USAGE"],
    ["an option is invalid", {}, ["--timeout", "5"], 2, "SEATRIAL_USAGE"],
  ])("has one errored case with the message when %s", async (_what, env, args, expected, code) => {
    const cwd = dirname(await good());
    await writeFile(join(cwd, "stages.yaml"), stages);
    const { exitCode, stdout, stderr } = await runCli(["check", "good", ...args, "--junit", "new/report.xml"], {
      cwd,
      env,
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: expected, stdout: "" });
    const xml = await readFile(join(cwd, "new", "report.xml"), "utf8");
    expect(xml).toContain('<testsuites name="seatrial" tests="1" failures="0" errors="1" skipped="0"');
    const [, type, message = ""] = /<error type="(\w+)" message="(.*?)">/.exec(xml) ?? [];
    expect(type).toBe(code);
    expect(stderr).toContain(message.replaceAll("&quot;", '"').replaceAll("&lt;", "<"));
    expect(message).not.toBe("");
  });
});

describe("--junit with a path that cannot be written", () => {
  it.each([
    ["below a file", "good/Chart.yaml/report.xml"],
    ["that is a directory", "good"],
    ["with a name that is too long", `${"x".repeat(300)}.xml`],
    ["that is empty", ""],
  ])("ends with 2 before the run for a path %s", async (_what, file) => {
    const cwd = dirname(await good());
    const before = await readdir(cwd);
    const run = await runCli(["check", "good", "--junit", file], { cwd, env: { SEATRIAL_ENGINE: "/nowhere" } });
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toMatch(/^error: --junit \S*: the file cannot be written: /);
    expect(await readdir(cwd)).toEqual(before);
  });

  /** Starts a check and resolves when its first case has passed. */
  async function startCheck() {
    const cases = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`ci/c${index}-values.yaml`, "{}"]));
    const cwd = dirname(await writeChart({ "templates/a.yaml": configMap("a"), ...cases }, "many"));
    const run = startCli(["check", "many", "--json", "--junit", "reports/report.xml"], { cwd });
    await new Promise<void>((resolve) => run.stderr.on("data", (text) => String(text).includes("passed") && resolve()));
    return { run, directory: join(cwd, "reports") };
  }

  it("loses no result when the path becomes impossible during the run", async () => {
    const { run, directory } = await startCheck();
    await rm(directory, { recursive: true });
    await writeFile(directory, "");
    const { exitCode, stdout, stderr } = await run;
    expect(stderr).toMatch(/^error: --junit reports\/report\.xml: the report was not written: /m);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: "passed", exitCode: 3, counts: { passed: 21 } });
    expect(exitCode).toBe(3);
  });

  it("creates a directory again that somebody removed during the run", async () => {
    const { run, directory } = await startCheck();
    await rm(directory, { recursive: true });
    expect((await run).exitCode).toBe(0);
    expect(await readFile(join(directory, "report.xml"), "utf8")).toContain('classname="many"');
  });
});

describe("two charts of one name", () => {
  it("are distinguished in the table, the lines, JSON and JUnit", async () => {
    const cwd = dirname(await good());
    for (const path of ["shop/web", "blog/web"]) {
      await mkdir(join(cwd, path, "templates"), { recursive: true });
      await writeFile(join(cwd, path, "Chart.yaml"), "apiVersion: v2\nname: web\nversion: 1.0.0\n");
      await writeFile(join(cwd, path, "templates", "a.yaml"), configMap("a"));
    }
    const text = await runCli(["check", "--junit", "report.xml"], { cwd });
    expect(text.stdout).toMatch(/^passed {2}blog\/web\/default /m);
    expect(text.stdout).toMatch(/^passed {2}shop\/web\/default /m);
    expect(text.stdout.match(/^(?:web|good) .*/gm)).toEqual(
      expect.arrayContaining(["web 1.0.0 (blog/web)", "web 1.0.0 (shop/web)"]),
    );
    const xml = await readFile(join(cwd, "report.xml"), "utf8");
    expect(new Set(xml.match(/classname="[^"]*"/g))).toEqual(
      new Set(['classname="blog/web"', 'classname="good"', 'classname="shop/web"']),
    );
    const { stdout } = await runCli(["check", "--json", "--filter", "blog/web/*"], { cwd });
    expect(JSON.parse(stdout).trials).toMatchObject([{ id: "blog/web/default", chart: { path: "blog/web" } }]);
  });
});
