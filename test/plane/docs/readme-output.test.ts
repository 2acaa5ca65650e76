import { currentControlPlane, dryRunChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { renderFindings } from "../../../src/report/findings/findings.ts";
import { makePlainReporter } from "../../../src/report/plain-reporter.ts";
import { makeStyle } from "../../../src/report/style.ts";
import { renderSummary } from "../../../src/report/summary.ts";
import { renderTable } from "../../../src/report/table.ts";
import { planTrials } from "../../../src/trial/plan-trials.ts";
import { runSuite } from "../../../src/trial/suite.ts";
import { codeBlocks, read } from "../../unit/docs/pages.ts";

const outputs = codeBlocks(read("README.md"), "");
const style = makeStyle(false);

function outputWith(text: string): string {
  const found = outputs.find((output) => output.includes(text));
  if (found === undefined) throw new Error(`README.md has no output with ${JSON.stringify(text)}`);
  return found;
}

/** Without what differs from run to run: times, waits for other tests, the width of columns, random names, the start. */
function stable(text: string): string[] {
  return text
    .replace(/, control plane [\d.]+ m?s/, "")
    .replace(/ \+ [\d.]+ m?s waiting for other cases/g, "")
    .replace(/[\d.]+ m?s\b/g, "TIME")
    .replace(/\b(ok|warn|FAIL) \d+/g, "$1 TIME")
    .replace(/\bweb-[a-z0-9]{6}\//g, "NAMESPACE/")
    .split("\n")
    .map((line) => line.replace(/ +/g, " ").trim())
    .filter((line) => line !== "");
}

describe("the README", () => {
  it("shows what check prints", async () => {
    const [command = "", ...shown] = outputWith("$ npx seatrial check").split("\n");
    const lines: string[] = [];
    const reporter = makePlainReporter({ write: (text) => void lines.push(text.trimEnd()) }, style);
    const { plans, filteredOutCount } = await planTrials(["charts"], { filters: ["store"] });
    expect(command).toBe("$ npx seatrial check charts --filter store");
    const suite = await runSuite({
      plans,
      plane: currentControlPlane(),
      jobs: 1,
      timeout: "1m",
      failFast: false,
      filteredOutCount,
      startedMs: performance.now(),
      onTrial: (trial) => reporter.ended(trial),
    });
    const width = Number.POSITIVE_INFINITY;
    lines.push(...renderTable(suite.trials, style), ...renderFindings(suite.trials, style, width));
    lines.push(...renderSummary(suite, style, width));
    expect(stable(shown.join("\n"))).toEqual(stable(lines.join("\n")));
  });

  it("shows how a spec fails", async () => {
    const values = { service: { port: 99999 }, resources: { limits: { memory: "64Megs" } } };
    const result = await dryRunChart("charts/web", { values });
    let message = "";
    try {
      expect(result).toBeAccepted();
    } catch (error) {
      message = (error as Error).message;
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: vitest colours the first line
    const plain = message.replace(/\u001b\[\d+m/g, "");
    const [, first = "", ...shown] = outputWith("FAIL").split("\n");
    expect(stable([first.replace("Error: ", ""), ...shown].join("\n"))).toEqual(stable(plain));
  });
});
