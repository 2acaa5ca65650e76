import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { runCli } from "../../helpers/run-cli.ts";

const random = configMap("a", { a: "{{ randAlphaNum 9 }}" });

describe("seatrial check --allow", () => {
  it("lists what it allows, and allowances that match nothing", async () => {
    const chart = await writeChart({ "templates/a.yaml": random });
    const args = ["check", chart, "--allow", "ChangedByUpgrade=ConfigMap/a", "--allow", "LeftBehind"];
    const { exitCode, stdout } = await runCli(args);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Allowed: demo: ChangedByUpgrade ConfigMap a (--allow ChangedByUpgrade=ConfigMap/a)");
    expect(stdout).toContain("Allowed nothing: --allow LeftBehind matches no finding");
  });

  it("has both in the JSON report", async () => {
    const chart = await writeChart({ "templates/a.yaml": random });
    const args = ["check", chart, "--allow", "ChangedByUpgrade", "--allow", "LeftBehind", "--json"];
    const { exitCode, stdout } = await runCli(args);
    const report = JSON.parse(stdout);
    expect({ exitCode, unused: report.unusedAllowances, errors: report.counts.errors }).toEqual({
      exitCode: 0,
      unused: ["LeftBehind"],
      errors: 0,
    });
    expect(report.trials[0].allowed).toMatchObject([{ reason: "ChangedByUpgrade", allowedBy: "ChangedByUpgrade" }]);
    expect(report.trials[0].findings).toEqual([]);
  });

  it.each([
    ["ChangedByUpgrad", "did you mean ChangedByUpgrade?"],
    ["Invalid", "Invalid cannot be allowed"],
    ["HookKept=Job", "it must be CODE or CODE=KIND/NAME"],
  ])("exits with 2 for %s before anything starts", async (allowance, message) => {
    const chart = await writeChart({ "templates/a.yaml": random });
    const { exitCode, stderr } = await runCli(["check", chart, "--allow", allowance]);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});
