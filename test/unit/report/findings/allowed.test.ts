import { describe, expect, it } from "vitest";
import { renderAllowed } from "../../../../src/report/findings/allowed.ts";
import { toJsonReport } from "../../../../src/report/json.ts";
import { mergeReports } from "../../../../src/report/merged/merge-reports.ts";
import { makeStyle } from "../../../../src/report/style.ts";
import { suite, trial } from "../../../helpers/sample-suite.ts";

const allowed = (name: string, allowedBy: string) => ({
  severity: "warning" as const,
  step: "leftovers" as const,
  message: "it still exists",
  reason: "HookKept",
  object: { apiVersion: "batch/v1", kind: "Job", name },
  allowedBy,
});
const one = trial("web/default", [], { allowed: [allowed("a", "HookKept"), allowed("b", "HookKept")] });
const other = trial("web/ci/b-values.yaml", [], {
  allowed: [allowed("a", "HookKept"), allowed("c", "HookKept=Job/c")],
});

describe("the lines about allowed findings", () => {
  it("name each object once for all cases of a chart, and allowances that allowed nothing", () => {
    const run = { trials: [one, other], unusedAllowances: ["LeftBehind"] };
    expect(renderAllowed(run, makeStyle(false), 120)).toEqual([
      "Allowed: web: HookKept Job a, HookKept Job b (--allow HookKept)",
      "Allowed: web: HookKept Job c (--allow HookKept=Job/c)",
      "Allowed nothing: --allow LeftBehind matches no finding",
    ]);
  });

  it("stay in the report of all shards, which leaves out what another shard allowed", () => {
    const plan = "0123456789abcdef";
    const shard = (index: number, trials: (typeof one)[], unusedAllowances: string[]) => {
      const own = { index, count: 2, caseCount: 2, plan, positions: [index - 1] };
      return { file: `${index}.json`, report: toJsonReport(suite(trials, { shard: own, unusedAllowances }), 0) };
    };
    const merged = mergeReports([shard(1, [one], ["LeftBehind", "HookKept=Job/c"]), shard(2, [other], ["LeftBehind"])]);
    expect(merged.suite.unusedAllowances).toEqual(["LeftBehind"]);
    expect(merged.suite.trials.map((each) => each.allowed?.length)).toEqual([2, 2]);
  });
});
