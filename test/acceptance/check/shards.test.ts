import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import type { JsonReport } from "../../../src/report/json.ts";
import { stepsOf } from "../../../src/trial/trial-result.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { repositoryPath } from "../../helpers/repository/repository-path.ts";
import { runCli } from "../../helpers/run-cli.ts";

async function tempDir(): Promise<string> {
  const { path, remove } = await makeTempDir("seatrial-shards-");
  onTestFinished(remove);
  return path;
}

/** What does not depend on how long things took. */
function withoutTimes({ trials, controlPlane, ...report }: JsonReport) {
  const { startedAt: _startedAt, durationMs: _durationMs, ...rest } = report;
  return {
    ...rest,
    controlPlane: controlPlane && { ...controlPlane, bootMs: 0 },
    trials: trials.map(({ namespace, waitedMs: _waitedMs, durationMs: _ms, steps, ...trial }) => ({
      ...(JSON.parse(JSON.stringify(trial).replaceAll(namespace || "<none>", "<namespace>")) as typeof trial),
      steps: steps.map(({ durationMs: _stepMs, ...step }) => step),
    })),
  };
}

describe("check --shard", () => {
  it("checks everything once in 3 shards, and merge-reports makes the reports of the whole run", async () => {
    const cwd = await tempDir();
    await cp(repositoryPath("charts"), join(cwd, "charts"), { recursive: true });
    await cp(repositoryPath("fixtures/charts"), join(cwd, "faults"), { recursive: true });
    const whole = await runCli(["check", "--json"], { cwd });
    const caseCount = (JSON.parse(whole.stdout) as JsonReport).trials.length;
    await writeFile(join(cwd, "times.json"), whole.stdout);
    const reports: string[] = [];
    for (const shard of ["1/3", "2/3", "3/3"]) {
      const { stdout, exitCode } = await runCli(["check", "--json", "--shard", shard, "--shard-times", "times.json"], {
        cwd,
      });
      const report = JSON.parse(stdout) as JsonReport;
      expect(report).toMatchObject({ exitCode, shard: { index: Number(shard[0]), count: 3, caseCount } });
      expect(report.trials.length).toBeGreaterThan(5);
      reports.unshift(`${shard[0]}.json`);
      await writeFile(join(cwd, `${shard[0]}.json`), stdout);
    }

    const json = await runCli(["merge-reports", ...reports, "--json", "--junit", "merged.xml"], { cwd });
    const expected = JSON.parse(whole.stdout) as JsonReport;
    const merged = JSON.parse(json.stdout) as JsonReport;
    expect(withoutTimes(merged)).toEqual(withoutTimes(expected));
    expect({ json: json.exitCode, whole: whole.exitCode }).toEqual({ json: 3, whole: 3 });
    const xml = await readFile(join(cwd, "merged.xml"), "utf8");
    expect(xml).toContain(`tests="${caseCount * stepsOf({ isComparing: false }).length}"`);
    expect(xml.match(/<testsuite /g)).toHaveLength(new Set(expected.trials.map(({ chart }) => chart.path)).size);

    const text = await runCli(["merge-reports", ...reports], { cwd });
    expect(text.exitCode).toBe(3);
    const { passed, failed, errored } = expected.counts;
    expect(text.stdout).toContain(`${passed} passed · ${failed} failed · ${errored} could not be checked`);
  }, 900_000);

  it("refuses more shards than cases before a control plane starts, with a report", async () => {
    const cwd = join(await writeChart({ "templates/a.yaml": configMap("a") }), "..");
    const run = await runCli(["check", "--shard", "2/2", "--json"], { cwd, env: { SEATRIAL_ENGINE: "/nowhere" } });
    expect(run.exitCode).toBe(2);
    expect(JSON.parse(run.stdout)).toMatchObject({
      verdict: "errored",
      exitCode: 2,
      shard: { index: 2, count: 2 },
      error: { code: "SEATRIAL_USAGE", message: expect.stringContaining("1 case can be divided into at most 1\n") },
    });
  });

  it.each([
    [["--shard", "3/2"], "--shard 3/2: it must be INDEX/COUNT"],
    [["--shard-times", "times.json"], "--shard-times requires --shard"],
    [
      ["--shard", "1/1", "--shard-times", "nowhere.json"],
      "--shard-times nowhere.json: the file cannot be read: ENOENT",
    ],
  ])("refuses %j", async (args, message) => {
    const cwd = join(await writeChart({ "templates/a.yaml": configMap("a") }), "..");
    const run = await runCli(["check", ...args], { cwd, env: { SEATRIAL_ENGINE: "/nowhere" } });
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toContain(`error: ${message}`);
  });
});
