import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { repositoryPath } from "../../helpers/repository/repository-path.ts";
import { findingsIn, tryChart } from "../../helpers/try-chart.ts";

// Each directory of fixtures/upgrades has a chart whose upgrade breaks (`new`), the version before it (`old`, unless the chart
// cannot even be upgraded to itself) and a version that does the same well (`fixed`).

interface Expected {
  step: "upgrade" | "upgrade-from";
  kind?: string;
  message: string;
  field?: string;
  /** The line of the template that sets the field. */
  line?: number;
  reason?: string;
  /** A part of a note: the old and the new value. */
  note?: string;
  hint?: string;
  /** What users of the chart that is made well have to do themselves. */
  warnings?: string[];
}

const root = repositoryPath("fixtures/upgrades");
const pairs = readdirSync(root).sort();

describe.each(pairs)("the pair %s", (name) => {
  const chart = (which: string) => join(root, name, which);
  const from = existsSync(chart("old")) ? chart("old") : undefined;
  const expected = load(readFileSync(chart("expected.yaml"), "utf8")) as Expected;

  it("fails in its upgrade with the field, its values and what users have to do", async () => {
    const result = await tryChart(chart("new"), { from });
    const errors = findingsIn(result).filter(({ severity }) => severity === "error");
    expect(errors).toHaveLength(1);
    const { step, message, field, line, reason, notes = [], hint = "", object } = errors[0] ?? {};
    expect({ step, kind: object?.kind ?? "" }).toEqual({ step: expected.step, kind: expected.kind ?? "" });
    expect(message).toContain(expected.message);
    if (expected.field !== undefined) expect(field).toBe(expected.field);
    if (expected.line !== undefined) expect(line).toBe(expected.line);
    if (expected.reason !== undefined) expect(reason).toBe(expected.reason);
    expect(notes.join("\n")).toContain(expected.note ?? "");
    expect(hint).toContain(expected.hint ?? "");
    expect(result.verdict).toBe("failed");
  });

  it("passes with every step when it is made well", async () => {
    const result = await tryChart(chart("fixed"), { from });
    const found = findingsIn(result).map(({ severity, reason }) => ({ severity, reason }));
    expect(found).toEqual((expected.warnings ?? []).map((reason) => ({ severity: "warning", reason })));
    expect(result.verdict).toBe("passed");
    const others = result.steps.filter(({ name: step }) => step !== "test").map(({ verdict }) => verdict);
    expect(new Set(others)).toEqual(new Set(["passed"]));
  });
});
