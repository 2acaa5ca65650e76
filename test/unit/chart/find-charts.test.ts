import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { readChart, readChartName, toReleaseName } from "../../../src/chart/chart.ts";
import { findCases } from "../../../src/chart/ci-cases.ts";
import { findCharts } from "../../../src/chart/find-charts.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";

/** A directory with these files, removed when the test has finished. */
async function folderWith(files: Record<string, string>): Promise<string> {
  const { path, remove } = await makeTempDir("seatrial-charts-");
  onTestFinished(remove);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return path;
}

const chart = "apiVersion: v2\nname: web\nversion: 1.0.0\n";

describe("findCharts", () => {
  const files = {
    "charts/web/Chart.yaml": chart,
    "charts/web/charts/dep/Chart.yaml": chart,
    "charts/web/tests/fixture/Chart.yaml": chart,
    "charts/web-two/Chart.yaml": chart,
    "other/api/Chart.yaml": chart,
    "node_modules/x/Chart.yaml": chart,
    ".cache/x/Chart.yaml": chart,
  };

  it("finds every chart below the working directory that is not inside another chart", async () => {
    const cwd = await folderWith(files);
    expect((await findCharts(undefined, { cwd })).map((path) => relative(cwd, path))).toEqual([
      "charts/web",
      "charts/web-two",
      "other/api",
    ]);
  });

  it.each([
    [["charts/web"], ["charts/web"]],
    [["charts/*"], ["charts/web", "charts/web-two"]],
    [
      ["other", "charts/web-*"],
      ["charts/web-two", "other/api"],
    ],
    [["charts/web/charts/dep"], ["charts/web/charts/dep"]],
    [["charts/web/", "charts/web"], ["charts/web"]],
  ])("finds what %j names", async (patterns, expected) => {
    const cwd = await folderWith(files);
    expect((await findCharts(patterns, { cwd })).map((path) => relative(cwd, path))).toEqual(expected);
  });

  it.runIf(process.platform !== "win32").for(["line\nbreak", "back\\slash", "[a]*{b,c}!", "sp ace", "\u001b[31m"])(
    "finds charts in a directory with the name %j, below it, by name and by glob",
    async (name) => {
      const cwd = await folderWith({
        [`charts/${name}/Chart.yaml`]: chart,
        [`charts/deep/${name}/web/Chart.yaml`]: chart,
        [`charts/${name}/ci/${name}-values.yaml`]: "a: 1\n",
      });
      const expected = [join(cwd, "charts", name), join(cwd, "charts/deep", name, "web")].sort();
      expect(await findCharts(undefined, { cwd })).toEqual(expected);
      expect(await findCharts(["charts/*"], { cwd })).toEqual(expected);
      expect(await findCharts([`charts/${name}`], { cwd })).toEqual([join(cwd, "charts", name)]);
      expect((await findCases(join(cwd, "charts", name))).map((each) => each.name)).toEqual([
        "default",
        `ci/${name}-values.yaml`,
      ]);
    },
  );

  it("rejects when one of the patterns finds nothing", async () => {
    const cwd = await folderWith(files);
    await expect(findCharts(["charts", "nowhere"], { cwd })).rejects.toMatchObject({
      code: "SEATRIAL_NO_CHARTS",
      details: { pattern: "nowhere" },
    });
  });
});

describe("findCases", () => {
  it("has the chart's own values first, then the files of ci/ by name", async () => {
    const path = await folderWith({
      "ci/b-values.yaml": "",
      "ci/a-values.yaml": "",
      "ci/notes.md": "",
      "ci/x.yaml": "",
    });
    expect(await findCases(path)).toEqual([
      { name: "default", values: [] },
      { name: "ci/a-values.yaml", values: [join(path, "ci/a-values.yaml")] },
      { name: "ci/b-values.yaml", values: [join(path, "ci/b-values.yaml")] },
    ]);
  });
});

describe("readChart", () => {
  it("reads what Chart.yaml says", async () => {
    const path = await folderWith({ "Chart.yaml": `${chart}appVersion: 1.10\ntype: library\nkubeVersion: ">=1.30"\n` });
    expect((await readChart(path)).metadata).toEqual({
      apiVersion: "v2",
      name: "web",
      version: "1.0.0",
      appVersion: "1.1",
      type: "library",
      kubeVersion: ">=1.30",
      dependencies: [],
    });
  });

  it.each([
    [{}, "it has no Chart.yaml"],
    [{ "Chart.yaml": "a: [1\n" }, "is not valid YAML"],
    [{ "Chart.yaml": "- a\n" }, "is not a mapping"],
    [{ "Chart.yaml": "version: 1.0.0\n" }, "has no name"],
  ])("rejects for a directory with %j", async (files, message) => {
    const path = await folderWith(files);
    await expect(readChart(path)).rejects.toMatchObject({
      code: "SEATRIAL_CHART_LOAD",
      message: expect.stringContaining(message),
    });
  });

  it("rejects for a path with nothing at it", async () => {
    await expect(readChart("/no/such/chart")).rejects.toThrow(
      "/no/such/chart is not a chart: nothing exists at this path",
    );
  });
});

describe("readChartName", () => {
  it.each([
    ["ingress-nginx-4.15.1.tgz", "ingress-nginx"],
    ["web-v1.0.0-rc.1+build.tar.gz", "web"],
    ["web.tgz", "web"],
  ])("reads the name of %s from the file name", async (file, name) => {
    expect(await readChartName(`/packages/${file}`)).toBe(name);
  });
});

describe("toReleaseName", () => {
  it.each([
    ["web", "web"],
    ["My_Chart.v2", "my-chart-v2"],
    ["--", "release"],
    [`${"a".repeat(52)}-bc`, "a".repeat(52)],
  ])("makes %s a name that Helm accepts", (text, name) => {
    expect(toReleaseName(text)).toBe(name);
  });
});
