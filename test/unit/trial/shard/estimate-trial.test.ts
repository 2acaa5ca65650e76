import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { planTrials } from "../../../../src/trial/plan-trials.ts";
import { estimateTrial } from "../../../../src/trial/shard/estimate-trial.ts";
import { configMap, writeChart } from "../../../helpers/charts/write-chart.ts";

async function estimate(files: Record<string, string>, name?: string): Promise<number> {
  const { plans } = await planTrials([await writeChart(files, name)]);
  return plans[0] === undefined ? Number.NaN : estimateTrial(plans[0]);
}

const hook = "  annotations: { helm.sh/hook: pre-install }\n";

describe("estimateTrial", () => {
  it("grows with templates, hooks and dependencies, and ignores other files", async () => {
    const plain = await estimate({ "templates/a.yaml": configMap("a") });
    expect(
      await estimate({ "templates/a.yaml": configMap("a"), "templates/_helpers.tpl": "", "docs/b.yaml": "" }),
    ).toBe(plain);
    const two = await estimate({ "templates/a.yaml": configMap("a"), "templates/deep/b.yml": configMap("b") });
    expect(two).toBeGreaterThan(plain);
    const withHook = await estimate({
      "templates/a.yaml": configMap("a"),
      "templates/b.yaml": configMap("b", {}, hook),
    });
    expect(withHook).toBeGreaterThan(two);
    const dependency = {
      "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 0.1.0\n",
      "charts/sub/templates/b.yaml": configMap("b"),
    };
    expect(await estimate({ "templates/a.yaml": configMap("a"), ...dependency })).toBe(two);
    expect(await estimate({ "templates/a.yaml": configMap("a"), "charts/sub.tgz": "x".repeat(5000) })).toBeGreaterThan(
      two,
    );
  });

  it("is small for a library chart", async () => {
    const library = "apiVersion: v2\nname: lib\nversion: 0.1.0\ntype: library\n";
    const small = await estimate({ "Chart.yaml": library, "templates/a.yaml": configMap("a") }, "lib");
    expect(small).toBeLessThan(await estimate({}));
  });

  it("estimates a packaged chart by its size", async () => {
    const directory = join(await writeChart({}), "..");
    const sizes = await Promise.all(
      [500, 50_000].map(async (bytes) => {
        const path = join(directory, `c${bytes}-1.0.0.tgz`);
        await writeFile(path, "x".repeat(bytes));
        const { plans } = await planTrials([path]);
        return plans[0] === undefined ? Number.NaN : estimateTrial(plans[0]);
      }),
    );
    expect(sizes[0]).toBeLessThan(sizes[1] ?? 0);
  });

  it("has an answer for a chart that cannot be read", async () => {
    expect(await estimate({ "Chart.yaml": ": : :", templates: "not a directory" })).toBeGreaterThan(0);
  });
});
