import { describe, expect, it } from "vitest";
import { toJsonFailure, toJsonReport } from "../../../../src/report/json.ts";
import { toJunit } from "../../../../src/report/junit.ts";
import { mergeReports } from "../../../../src/report/merged/merge-reports.ts";
import { toSuite } from "../../../../src/report/merged/to-suite.ts";
import { renderReport } from "../../../../src/report/render-report.ts";
import { makeStyle } from "../../../../src/report/style.ts";
import { mixed, step, suite, trial } from "../../../helpers/sample-suite.ts";

const style = makeStyle(false);
const plan = "0123456789abcdef";
const all = mixed.trials;

/** The report of a shard with the trials at these positions of `mixed`. */
function shard(index: number, positions: number[], more: Partial<typeof mixed> = {}, exitCode = 0, count = 2) {
  const trials = positions.flatMap((position) => all[position] ?? []);
  const result = suite(trials, { shard: { index, count, caseCount: all.length, plan, positions }, ...more });
  return { file: `${index}.json`, report: toJsonReport(result, exitCode) };
}

const two = () => [shard(1, [1, 2], { durationMs: 5000 }, 3), shard(2, [0, 3], { durationMs: 900 }, 0)] as const;

describe("toSuite", () => {
  it("reads back everything that the reports show", () => {
    const absent = trial(
      "web/ci/x-values.yaml",
      [step("test", { verdict: "skipped", isAbsent: true, reason: "none" })],
      {
        isAbsent: true,
        notes: ["a note"],
        kept: [{ object: { apiVersion: "v1", kind: "Secret", name: "a" }, reason: "Kept" }],
      },
    );
    const stage = { name: "s", apiVersion: "v1", kind: "Pod", plays: 2, problems: ["no"] };
    const before = suite([...all, absent], { stages: [stage], cluster: "c at d", controllers: false, pods: "none" });
    const report = toJsonReport(before, 3);
    const after = toSuite(report);
    expect(after && toJsonReport(after, 3)).toEqual(report);
    expect(after && renderReport(after, style, 100)).toEqual(renderReport(before, style, 100));
  });
});

describe("mergeReports", () => {
  it("makes the reports of the whole run, in any order of the files", () => {
    const [first, second] = two();
    const whole = { ...mixed, durationMs: 5000 };
    // A sum of whole milliseconds may differ from the whole milliseconds of a sum.
    const junit = toJunit(toSuite(toJsonReport(whole, 3)) ?? whole);
    for (const files of [
      [first, second],
      [second, first],
    ]) {
      const merged = mergeReports(files);
      expect(merged.exitCode).toBe(3);
      expect(toJsonReport(merged.suite, 3)).toEqual(toJsonReport(whole, 3));
      expect(renderReport(merged.suite, style, 100)).toEqual(renderReport(whole, style, 100));
      expect(toJunit(merged.suite)).toBe(junit);
    }
  });

  it("adds up how often a Stage was played", () => {
    const stage = { name: "s", apiVersion: "v1", kind: "Pod", problems: [] };
    const { suite: merged } = mergeReports([
      shard(1, [0], { stages: [{ ...stage, plays: 2 }] }),
      shard(2, [1, 2, 3], { stages: [{ ...stage, plays: 0, problems: ["no"] }] }),
    ]);
    expect(merged.stages).toEqual([{ ...stage, plays: 2, problems: ["no"] }]);
  });

  it.each([
    { codes: [0, 0], exitCode: 0 },
    { codes: [0, 1], exitCode: 1 },
    { codes: [1, 2], exitCode: 2 },
    { codes: [3, 1], exitCode: 3 },
    { codes: [3, 130], exitCode: 130 },
  ])("ends with $exitCode when the shards ended with $codes", ({ codes: [one = 0, other = 0], exitCode }) => {
    expect(mergeReports([shard(1, [0], {}, one), shard(2, [1, 2, 3], {}, other)]).exitCode).toBe(exitCode);
  });

  it("never passes when a shard could not start, and shows why", () => {
    const error = { code: "SEATRIAL_ENGINE_NOT_FOUND", message: "There is no engine" };
    const failed = { exitCode: 3, startedAt: "2026-01-02T03:04:05.000Z", durationMs: 1, shard: { index: 2, count: 2 } };
    const { suite: merged, exitCode } = mergeReports([
      shard(1, [0]),
      { file: "2.json", report: toJsonFailure(error, failed) },
    ]);
    expect(exitCode).toBe(3);
    const report = toJsonReport(merged, exitCode);
    expect(report).toMatchObject({
      verdict: "errored",
      error: { message: "shard 2/2: could not start: There is no engine" },
    });
    expect(renderReport(merged, style, 100)).toContain("shard 2/2: could not start: There is no engine");
    expect(toJunit(merged)).toContain('<testcase classname="shard 2/2" name="the whole shard" time="0.000">');
    expect(toJunit(merged)).toContain('tests="10" failures="0" errors="1"');
  });

  it("reports every shard when none could start", () => {
    const failed = (index: number, exitCode: number) => ({
      file: `${index}.json`,
      report: toJsonFailure(
        { code: "SEATRIAL_USAGE", message: `no ${index}` },
        { exitCode, startedAt: "", durationMs: 1, shard: { index, count: 2 } },
      ),
    });
    const text =
      "merge-reports: no shard could start\n  shard 1/2 could not start: no 1\n  shard 2/2 could not start: no 2";
    expect(() => mergeReports([failed(1, 3), failed(2, 2)])).toThrow(
      expect.objectContaining({ code: "SEATRIAL_NOT_CHECKED", message: text }),
    );
    expect(() => mergeReports([failed(1, 2), failed(2, 2)])).toThrow(
      expect.objectContaining({ code: "SEATRIAL_USAGE" }),
    );
  });

  it.each([
    [
      "a report without a shard",
      () => [{ file: "a.json", report: toJsonReport(mixed, 3) }],
      "a.json is not the report of a shard",
    ],
    [
      "another number of shards",
      () => [shard(1, [0]), shard(2, [1], {}, 0, 3)],
      "1.json is shard 1/2, but 2.json is shard 2/3",
    ],
    [
      "a shard twice",
      () => [shard(1, [0]), { ...shard(1, [0]), file: "copy.json" }],
      "1.json and copy.json are both shard 1/2",
    ],
    ["a missing shard", () => [shard(2, [1], {}, 0, 4)], "shard 1/4, shard 3/4, shard 4/4 is missing"],
    [
      "a case twice",
      () => [shard(1, [0, 1]), shard(2, [1, 2, 3])],
      "the case web/ci/public-values.yaml is in 1.json and in 2.json",
    ],
    [
      "shards of other cases",
      () => {
        const other = { index: 2, count: 2, caseCount: 4, plan: "other", positions: [1, 2, 3] };
        return [shard(1, [0]), shard(2, [1, 2, 3], { shard: other })];
      },
      "1.json and 2.json divided different cases",
    ],
    [
      "a report without some of its cases",
      () => [shard(1, [0]), shard(2, [1, 2, 3], { trials: all.slice(1, 3) })],
      "2.json does not have all cases of its shard",
    ],
    [
      "another control plane",
      () => [shard(1, [0]), shard(2, [1, 2, 3], { provider: "envtest" })],
      "the shards ran on different control planes: provider is engine in 1.json and envtest in 2.json",
    ],
  ])("refuses %s", (_what, reports, message) => {
    expect(() => mergeReports(reports())).toThrow(
      expect.objectContaining({
        code: "SEATRIAL_USAGE",
        message: expect.stringContaining(`merge-reports: ${message}`),
      }),
    );
  });
});
