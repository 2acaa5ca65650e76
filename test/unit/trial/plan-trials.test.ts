import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { planTrials } from "../../../src/trial/plan-trials.ts";

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "plan-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

function write(path: string, text = ""): void {
  const file = join(cwd, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
const chart = (path: string, name: string, more = "") =>
  write(`${path}/Chart.yaml`, `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n${more}`);
const ids = async (paths: string[], filters?: string[]) =>
  (await planTrials(paths, { cwd, filters })).plans.map(({ id }) => id);

describe("planTrials", () => {
  it("has each chart's own values first, then its ci files, and leaves out charts inside a chart", async () => {
    chart("charts/web", "web");
    chart("charts/web/charts/cache", "cache");
    chart("node_modules/lib/chart", "lib");
    chart("charts/api", "api");
    for (const name of ["b-values.yaml", "a-values.yml", "notes.yaml"]) write(`charts/web/ci/${name}`, "{}");
    const { plans } = await planTrials([], { cwd });
    expect(plans.map(({ id, chart: { path }, case: { values } }) => ({ id, path, values }))).toEqual([
      { id: "api/default", path: "charts/api", values: [] },
      { id: "web/default", path: "charts/web", values: [] },
      { id: "web/ci/a-values.yml", path: "charts/web", values: ["charts/web/ci/a-values.yml"] },
      { id: "web/ci/b-values.yaml", path: "charts/web", values: ["charts/web/ci/b-values.yaml"] },
    ]);
    expect(plans[2]?.values).toEqual([join(cwd, "charts/web/ci/a-values.yml")]);
    expect(plans.map(({ isCi, isOptional }) => ({ isCi, isOptional }))).toEqual([
      { isCi: false, isOptional: false },
      { isCi: false, isOptional: true },
      { isCi: true, isOptional: false },
      { isCi: true, isOptional: false },
    ]);
    expect(plans.map(({ notes }) => notes)).toEqual([
      [],
      ["ci/notes.yaml of web: the name of a values file in ci/ ends in -values.yaml"],
      [],
      [],
    ]);
  });

  it("adds the given values files to every case, after its own, and needs default values that are tried alone", async () => {
    chart("web", "web");
    write("web/ci/a-values.yaml", "{}");
    const { plans } = await planTrials([], { cwd, values: ["more.yaml"], filters: ["default"] });
    expect(plans).toMatchObject([
      { values: [join(cwd, "more.yaml")], case: { values: ["more.yaml"] }, isOptional: false },
    ]);
    const all = await planTrials([], { cwd, values: ["more.yaml"] });
    expect(all.plans[1]?.case.values).toEqual(["web/ci/a-values.yaml", "more.yaml"]);
  });

  it("accepts a directory, a Chart.yaml, a packaged chart and a glob, and plans each chart once", async () => {
    chart("charts/web", "web");
    chart("charts/api", "api");
    write("dist/old-1.2.3-rc.1.tgz");
    expect(await ids(["charts/web", "charts/web/Chart.yaml", "dist/old-1.2.3-rc.1.tgz", "charts/w*"])).toEqual([
      "web/default",
      "old/default",
    ]);
  });

  it("calls the working directory itself a chart when it is one", async () => {
    chart(".", "web");
    const { plans } = await planTrials([], { cwd });
    expect(plans.map((plan) => plan.chart.path)).toEqual(["."]);
  });

  it("names charts of the same name by their paths", async () => {
    chart("a", "web");
    chart("b", "web");
    expect(await ids([])).toEqual(["a/default", "b/default"]);
  });

  it("plans a chart whose Chart.yaml cannot be read: that is the chart's fault", async () => {
    write("broken/Chart.yaml", "name: [");
    expect(await ids([])).toEqual(["broken/default"]);
  });

  it("recognises a library chart", async () => {
    chart("lib", "lib", "type: library\n");
    expect((await planTrials([], { cwd })).plans[0]?.isLibrary).toBe(true);
  });

  it("filters by text and by glob, any of several, and counts the rest", async () => {
    chart("charts/web", "web");
    chart("charts/api", "api");
    write("charts/web/ci/ha-values.yaml", "{}");
    expect(await ids([], ["web/ci"])).toEqual(["web/ci/ha-values.yaml"]);
    expect(await ids([], ["*/default"])).toEqual(["api/default", "web/default"]);
    expect(await ids([], ["api", "*ha-values.yam?"])).toEqual(["api/default", "web/ci/ha-values.yaml"]);
    expect(await ids([], ["web/*"])).toEqual(["web/default", "web/ci/ha-values.yaml"]);
    expect(await ids([], ["web/ci/*"])).toEqual(["web/ci/ha-values.yaml"]);
    expect((await planTrials([], { cwd, filters: ["api"] })).filteredOutCount).toBe(2);
  });

  it.each([
    ["nowhere", "nowhere is not a chart: nothing exists at this path"],
    ["no*where", "No chart was found at or below no*where"],
    ["empty", "No chart was found at or below empty"],
    ["values.yaml", "values.yaml is not a chart: it is a file, and neither a packaged chart (.tgz) nor a Chart.yaml"],
  ])("rejects %s", async (path, message) => {
    mkdirSync(join(cwd, "empty"));
    write("values.yaml");
    await expect(planTrials([path], { cwd })).rejects.toMatchObject({
      code: "SEATRIAL_NO_CHARTS",
      message: expect.stringContaining(message),
    });
  });

  it("rejects filters that leave nothing and names some cases", async () => {
    chart("web", "web");
    await expect(ids([], ["wbe"])).rejects.toThrow(
      'Nothing to check: none of 1 cases matches "wbe"\nHint: cases are named like web/default',
    );
  });
});
