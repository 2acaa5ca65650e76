import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planTrials, type TrialPlan } from "../../../../src/trial/plan-trials.ts";
import { dividePlans, type MeasuredTimes } from "../../../../src/trial/shard/divide-plans.ts";
import { parseShard } from "../../../../src/trial/shard/shard.ts";
import { configMap, writeChart } from "../../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../../helpers/rejection-of.ts";

/** A plan of a chart that does not exist. */
function plan(chart: string, name: string, more: Partial<TrialPlan> = {}): TrialPlan {
  return {
    id: `${chart}/${name}`,
    chart: { name: chart, version: "1.0.0", path: chart },
    case: { name, values: [] },
    chartPath: `/nowhere/${chart}`,
    values: [],
    isLibrary: false,
    isCi: name !== "default",
    isOptional: false,
    notes: [],
    ...more,
  };
}

/** The ids of each shard. */
async function divide(plans: readonly TrialPlan[], count: number, measured?: MeasuredTimes): Promise<string[][]> {
  const shards = Array.from({ length: count }, (_, at) => dividePlans(plans, { index: at + 1, count }, measured));
  return (await Promise.all(shards)).map((shard) => shard.plans.map(({ id }) => id));
}

const charts = fc.uniqueArray(fc.record({ name: fc.stringMatching(/^[a-z]{1,4}$/), cases: fc.nat(5) }), {
  minLength: 1,
  maxLength: 12,
  selector: ({ name }) => name,
});

function plansOf(found: readonly { name: string; cases: number }[]): TrialPlan[] {
  return found.flatMap(({ name, cases }) => [
    plan(name, "default", { isOptional: cases > 0 }),
    ...Array.from({ length: cases }, (_, at) => plan(name, `ci/${at}-values.yaml`)),
  ]);
}

describe("dividePlans", () => {
  it("puts every case into exactly one shard, whatever the charts, the times and the number of shards", async () => {
    const times = fc.array(fc.nat(20_000), { maxLength: 80 });
    const property = fc.asyncProperty(charts, times, fc.integer({ min: 1, max: 12 }), async (found, ms, wanted) => {
      const plans = plansOf(found);
      const count = Math.min(wanted, plans.filter(({ isOptional }) => !isOptional).length);
      const measured = new Map(ms.flatMap((time, at) => (plans[at] === undefined ? [] : [[plans[at].id, time]])));
      const shards = await divide(plans, count, measured);
      expect(shards.flat().sort()).toEqual(plans.map(({ id }) => id).sort());
      expect(shards.every((ids) => ids.length > 0)).toBe(true);
      expect(await divide(plans, count, measured)).toEqual(shards);
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it("keeps the order of the cases and reports their positions", async () => {
    const plans = [plan("a", "default"), plan("b", "default"), plan("c", "default"), plan("d", "default")];
    const measured = new Map([
      ["a/default", 10],
      ["b/default", 400],
      ["c/default", 300],
      ["d/default", 200],
    ]);
    const first = await dividePlans(plans, { index: 1, count: 2 }, measured);
    const second = await dividePlans(plans, { index: 2, count: 2 }, measured);
    expect(first.plans.map(({ id }) => id)).toEqual(["a/default", "b/default"]);
    expect(first.result).toMatchObject({ index: 1, count: 2, caseCount: 4, positions: [0, 1] });
    expect(second.result).toMatchObject({ index: 2, count: 2, caseCount: 4, positions: [2, 3] });
    expect(first.result.plan).toBe(second.result.plan);
  });

  it("makes another plan of other cases or other times", async () => {
    const plans = [plan("a", "default"), plan("b", "default"), plan("c", "default")];
    const planOf = async (...args: Parameters<typeof dividePlans>) => (await dividePlans(...args)).result.plan;
    const shard = { index: 1, count: 2 };
    const usual = await planOf(plans, shard);
    expect(await planOf(plans.slice(1), shard)).not.toBe(usual);
    const measured = new Map([
      ["a/default", 100],
      ["c/default", 9000],
    ]);
    expect(await planOf(plans, shard, measured)).not.toBe(usual);
  });

  it("converts the estimate of a case without a time to the speed of the measured machine", async () => {
    // All estimates are equal, so that the new case is about as long as a measured case.
    const plans = ["a", "b", "c", "d"].map((name) => plan(name, "default"));
    const measured = new Map(["a/default", "b/default", "c/default"].map((id) => [id, 60_000]));
    const sizes = (await divide(plans, 2, measured)).map((ids) => ids.length);
    expect(sizes).toEqual([2, 2]);
  });

  it("estimates a chart with many templates and hooks to take longer", async () => {
    const hook = "  annotations: { helm.sh/hook: pre-install }\n";
    const templates = Array.from({ length: 9 }, (_, at) => [`templates/${at}.yaml`, configMap(`m${at}`, {}, hook)]);
    const big = await writeChart(Object.fromEntries(templates), "big");
    const small = await Promise.all(
      ["s1", "s2", "s3"].map((name) => writeChart({ "templates/a.yaml": configMap("a") }, name)),
    );
    const { plans } = await planTrials([big, ...small]);
    expect((await divide(plans, 2)).map((ids) => ids.sort())).toEqual([
      ["big/default"],
      ["s1/default", "s2/default", "s3/default"],
    ]);
  });

  it("keeps default values that may be left out with another case of their chart", async () => {
    const plans = plansOf([
      { name: "web", cases: 2 },
      { name: "api", cases: 0 },
    ]);
    const shards = await divide(plans, 3);
    expect(shards.find((ids) => ids.includes("web/default"))).toContain("web/ci/0-values.yaml");
  });

  it("refuses more shards than can have a case, in every shard", async () => {
    const plans = plansOf([{ name: "web", cases: 1 }]);
    for (const index of [1, 2]) {
      const error = await rejectionOf(dividePlans(plans, { index, count: 2 }));
      expect(error.message).toBe(
        `--shard: shard ${index}/2 is not possible: 2 cases can be divided into at most 1 ` +
          "(default values stay with another case of their chart)\n" +
          "Hint: use at most 1 shard: a shard without cases would pass without a test",
      );
    }
  });
});

describe("parseShard", () => {
  it("reads an index and a count", () => {
    expect(parseShard("2/5")).toEqual({ index: 2, count: 5 });
  });

  it.each(["", "2", "0/5", "6/5", "2/0", "-1/5", "1.5/2", "2/5/7", "a/b", " 1/2", "1/99999999999999999999"])(
    "refuses %j",
    (text) => {
      expect(() => parseShard(text)).toThrow(`--shard ${text}: it must be INDEX/COUNT`);
    },
  );
});
