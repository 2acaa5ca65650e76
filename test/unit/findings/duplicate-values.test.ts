import { join } from "node:path";
import { expect, it } from "vitest";
import { duplicateValues } from "../../../src/findings/duplicate-values.ts";
import { writeChart } from "../../helpers/charts/write-chart.ts";

it("reports the keys that values files have twice, with both lines", async () => {
  const directory = await writeChart({
    "values.yaml": "a:\n  x: 1\nb: 3\na:\n  x: 2\n",
    "more.yaml": "# comment\nc: { d: 1, d: 2 }\n",
    "fine.yaml": "base: &base { x: 1 }\na: { <<: *base, x: 2 }\nb: { <<: *base, x: 2 }\n",
    "broken.yaml": "a: [\n",
  });
  const files = ["more.yaml", "fine.yaml", "broken.yaml", "missing.yaml"].map((name) => join(directory, name));
  const found = await duplicateValues(directory, "web", files);
  expect(found.map(({ template, line, message, reason }) => [template, line, message, reason])).toEqual([
    [
      "web/values.yaml",
      4,
      'the key "a" occurs twice in a mapping (lines 1 and 4): the last value wins',
      "DuplicateKey",
    ],
    [
      join(directory, "more.yaml"),
      2,
      'the key "d" occurs twice in a mapping (lines 2 and 2): the last value wins',
      "DuplicateKey",
    ],
  ]);
});
