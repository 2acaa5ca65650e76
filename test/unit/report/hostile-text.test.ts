import { describe, expect, it } from "vitest";
import { formatFindings } from "../../../src/findings/format-finding.ts";
import { renderFindings } from "../../../src/report/findings/findings.ts";
import { makeLiveReporter } from "../../../src/report/live-reporter.ts";
import { makePlainReporter } from "../../../src/report/plain-reporter.ts";
import { makeStyle } from "../../../src/report/style.ts";
import { renderSummary } from "../../../src/report/summary.ts";
import { renderTable } from "../../../src/report/table.ts";
import { step, suite, trial } from "../../helpers/sample-suite.ts";

const plain = makeStyle(false);
const attack = "\u001b[2J\n::error::red\n  ::add-mask::x ##[error]y ##vso[a]b ##teamcity[c]\u2028\u202e";
const finding = {
  ...{ severity: "error" as const, step: "install" as const, message: attack, reason: attack, field: attack },
  ...{ template: attack, hint: attack, notes: [attack] },
  object: { apiVersion: attack, kind: attack, namespace: attack, name: attack },
};
const hostile = trial(attack, [step("install", { verdict: "failed", findings: [finding] })], {
  chart: { name: attack, version: attack, path: attack },
  case: { name: attack, values: [attack] },
  notes: [attack],
});
const errored = trial("web/default", [
  step("install", { verdict: "errored", error: { code: "SEATRIAL_API", message: attack } }),
]);

/** What a terminal or a CI system would obey; our own sequences of a live display are not looked at. */
function expectHarmless(text: string): void {
  const dangerous = /(?!\n)[\p{Zl}\p{Zp}\u202e]|^\s*::\w|##\w*\[/u;
  expect(text.split("\n").filter((line) => dangerous.test(line))).toEqual([]);
  expect(text).not.toContain("\u001b[2J");
  expect(text).toContain("\\u001b[2J");
}

describe("a chart's text", () => {
  it("is harmless in the table, the findings and the summary, at every width", () => {
    for (const width of [40, 60, 80, Number.POSITIVE_INFINITY]) {
      for (const lines of [
        renderTable([hostile], plain, width),
        renderFindings([hostile, errored], plain, width),
        renderSummary(suite([hostile, errored]), plain, width),
      ]) {
        expectHarmless(lines.join("\n"));
        // Every line begins with what seatrial wrote: a name that begins with something else than a letter is in quotes.
        expect(lines.filter((line) => /^(?:\\|\s*$|::|error::|##)/.test(line) && line !== "")).toEqual([]);
      }
    }
  });

  it("is harmless in the lines of progress, live and plain", () => {
    for (const make of [makeLiveReporter, makePlainReporter]) {
      const written: string[] = [];
      const reporter = make({ write: (text) => void written.push(text), columns: 400 }, plain);
      reporter.started(2);
      reporter.stepping(attack, "install");
      reporter.note(attack);
      reporter.ended(errored);
      reporter.ended(hostile);
      reporter.close();
      expectHarmless(written.join(""));
    }
  });

  it("is harmless in the message of an error that a test runner prints", () => {
    const lines = formatFindings([finding]).join("\n");
    expectHarmless(lines);
    expect(lines.split("\n").every((line) => line.startsWith("  "))).toBe(true);
  });
});
