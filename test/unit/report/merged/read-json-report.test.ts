import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeTempDir } from "../../../../src/process/temp-dir.ts";
import { toJsonReport } from "../../../../src/report/json.ts";
import { toMeasuredTimes } from "../../../../src/report/merged/measured-times.ts";
import { readJsonReport } from "../../../../src/report/merged/read-json-report.ts";
import { mixed } from "../../../helpers/sample-suite.ts";

async function write(text: string): Promise<string> {
  const { path, remove } = await makeTempDir("seatrial-report-");
  onTestFinished(remove);
  const file = join(path, "report.json");
  await writeFile(file, text);
  return file;
}

const good = JSON.parse(JSON.stringify(toJsonReport(mixed, 3))) as Record<string, unknown>;
const shard = { index: 1, count: 2, caseCount: 4, plan: "0", positions: [0] };
const trials = good.trials as Record<string, unknown>[];

describe("readJsonReport", () => {
  it("reads what check printed", async () => {
    const file = await write(JSON.stringify(good));
    expect((await readJsonReport("--shard-times", file)).report).toEqual(good);
  });

  it.each([
    ["no JSON", "{", "the file is not valid JSON: "],
    ["a list", "[]", "the file is not a report of `seatrial check --json`"],
    ["another object", "{}", "the file is not a report of `seatrial check --json`"],
    ["a newer schema", { ...good, schemaVersion: 2 }, "the report has the schemaVersion 2; this seatrial reads 1"],
    ["no verdict", { ...good, verdict: "fine" }, "the report is damaged: verdict, exitCode"],
    ["no trials", { ...good, trials: undefined }, "the report is damaged: counts, trials or stages is missing"],
    ["no control plane and no error", { ...good, controlPlane: null }, "the report is damaged: controlPlane and error"],
    ["a shard without a number", { ...good, shard: {} }, "the report is damaged: shard has no index"],
    [
      "a shard without positions",
      { ...good, shard: { index: 1, count: 2, caseCount: 4, plan: "0" } },
      "the report is damaged: shard has no caseCount, plan or positions",
    ],
    [
      "a shard with findings of no step",
      { ...good, shard, trials: [{ ...trials[0], findings: [] }] },
      "the report is damaged: the steps of trials[0] do not have as many findings as the trial",
    ],
    ["a trial without steps", { ...good, trials: [{ ...trials[0], steps: [] }] }, "the report is damaged: trials[0]"],
    [
      "a finding without a message",
      { ...good, trials: [{ ...trials[0], findings: [{}] }] },
      "the report is damaged: trials[0]",
    ],
  ])("refuses a file with %s", async (_what, content, problem) => {
    const file = await write(typeof content === "string" ? content : JSON.stringify(content));
    await expect(readJsonReport("merge-reports", file)).rejects.toMatchObject({
      code: "SEATRIAL_USAGE",
      message: expect.stringContaining(`merge-reports ${file}: ${problem}`),
    });
  });

  it("refuses a file that does not exist", async () => {
    await expect(readJsonReport("--shard-times", "/does/not/exist")).rejects.toThrow(
      "--shard-times /does/not/exist: the file cannot be read: ENOENT",
    );
  });
});

describe("toMeasuredTimes", () => {
  it("leaves out cases that did not run", async () => {
    const times = toMeasuredTimes(await readJsonReport("--shard-times", await write(JSON.stringify(good))));
    expect([...times.keys()]).toEqual(["web/default", "web/ci/public-values.yaml", "store/default"]);
  });
});
