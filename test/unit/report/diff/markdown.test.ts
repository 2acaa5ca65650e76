import { describe, expect, it } from "vitest";
import { MAX_MARKDOWN_BYTES, toMarkdown } from "../../../../src/report/diff/markdown.ts";
import { caseDiff, chartDiff, diffResult, objectDiff } from "../../../helpers/sample-diff.ts";

const many = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("toMarkdown", () => {
  it("has a folded part for each chart that differs, with the lines of the terminal in a block of the language diff", () => {
    const shown = toMarkdown(
      diffResult([chartDiff("web", [caseDiff([objectDiff("Service", "web")])]), chartDiff("api", [caseDiff([])])], {
        unchanged: ["lib"],
      }),
    );
    expect(shown).toBe(`### seatrial diff

1 chart differs, 2 same (objects: 1 changed)

<details><summary>web 1.0.0 → 1.1.0 <em>(charts/web, compared with main (merge base 1a2b3c4))</em></summary>

\`\`\`diff
! changed Service web (web/templates/web.yaml)
!   spec.replicas: 1 → 2
\`\`\`

</details>

Unchanged: lib
`);
  });

  it("is at most 60,000 bytes long, and names what was cut", () => {
    const object = (index: number) =>
      objectDiff("ConfigMap", `config-${index}`, {
        fields: [{ field: "data.text", before: "ä".repeat(90), after: "ö".repeat(90) }],
      });
    const charts = many(40).map((index) => chartDiff(`chart-${index}`, [caseDiff(many(30).map(object))]));
    const shown = toMarkdown(diffResult(charts, { unchanged: many(500).map((index) => `same-${index}`) }));
    expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(MAX_MARKDOWN_BYTES);
    expect(Buffer.byteLength(shown)).toBeGreaterThan(MAX_MARKDOWN_BYTES * 0.7);
    expect(shown).toMatch(/… cut: .* \(\d+ lines\)/);
    for (const { chart } of charts) expect(shown).toContain(chart.name);
    expect(shown.match(/<details>/g)?.length).toBe(shown.match(/<\/details>/g)?.length);
    expect(shown.match(/^`{3,}/gm)?.length).toBe((shown.match(/<details>/g)?.length ?? 0) * 2);
  });

  it("stays below the limit with a single chart whose lines are very long", () => {
    const fields = many(500).map((index) => ({
      field: `data.k${index}`,
      before: "x".repeat(300),
      after: "y".repeat(300),
    }));
    const shown = toMarkdown(diffResult([chartDiff("web", [caseDiff([objectDiff("ConfigMap", "c", { fields })])])]));
    expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(MAX_MARKDOWN_BYTES);
    expect(shown).toContain("… cut");
  });

  it("cannot be broken by texts of charts", () => {
    const evil = "```\n</details>\n<img src=x> @team [a](b) *c*";
    const fields = [{ field: "data.x", before: "a\nb", after: evil }];
    const chart = chartDiff("web", [caseDiff([objectDiff("ConfigMap", "c", { fields })])]);
    const shown = toMarkdown(
      diffResult([{ ...chart, chart: { name: "<b>@x", version: "", path: "`p`" } }], { notes: [evil] }),
    );
    const [, fence = ""] = /^(`+)diff$/m.exec(shown) ?? [];
    expect(fence.length).toBeGreaterThan(3);
    expect(shown).toContain('"&lt;b&gt;&#64;x');
    const outside = shown.replace(/^(`{4,})diff\n[\s\S]*?^\1$/gm, "");
    expect(outside).not.toMatch(/<img|@team|(?<!\\)\[a\]/);
  });
});
