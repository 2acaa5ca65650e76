import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { makeStyle } from "../../../src/report/style.ts";
import { renderTable } from "../../../src/report/table.ts";
import { textWidth } from "../../../src/report/text-width.ts";
import { stepNames, stepsOf } from "../../../src/trial/trial-result.ts";
import { mixed, step, trial } from "../../helpers/sample-suite.ts";

const plain = makeStyle(false);
const comparing = stepsOf({ isComparing: true });

describe("renderTable", () => {
  it("shows each step of each case and counts the cases that were never started", () => {
    expect(`\n${renderTable(mixed.trials, plain).join("\n")}\n`).toMatchInlineSnapshot(`
      "
      times in ms              lint     template  dry-run  install     test     upgrade  uninstall  leftovers  reinstall
      web 1.2.0
        default                ok 12    ok 12     warn 12  ok 12       ok 12    ok 12    ok 12      ok 12      ok 12
        ci/public-values.yaml  warn 12  ok 12     FAIL 12  not run     not run  not run  not run    not run    not run
      store 1.2.0
        default                ok 12    ok 12     ok 12    ERROR 3200  not run  not run  not run    not run    not run
      and 1 case not started
      "
    `);
  });

  it("puts a case name that does not fit on a line of its own", () => {
    const [first] = mixed.trials;
    const trials = [...(first === undefined ? [] : [first]), trial("web/ci/a-very-long-name-of-values.yaml")];
    const lines = renderTable(trials, plain, 80);
    expect(lines.every((line) => line.length <= 80)).toBe(true);
    expect(`\n${lines.join("\n")}\n`).toMatchInlineSnapshot(`
      "
      times in ms
         lint  template dry-run install test  upgrade uninstall leftovers reinstall
      web 1.2.0
        default
         ok 12 ok 12    warn 12 ok 12   ok 12 ok 12   ok 12     ok 12     ok 12
        ci/a-very-long-name-of-values.yaml
         ok 12 ok 12    ok 12   ok 12   ok 12 ok 12   ok 12     ok 12     ok 12
      "
    `);
  });

  it.each([
    ["of two columns", "web/ci/日本語-values.yaml", 6],
    ["of two columns that is several code points", "web/ci/👩‍👩‍👧-values.yaml", 2],
    ["of no column", "web/ci/e\u0301-values.yaml", 1],
  ])("keeps its columns when a case name has a character %s", (_what, id, columns) => {
    const [, , wide = "", ascii = ""] = renderTable(
      [trial(id), trial(`web/ci/${"x".repeat(columns)}-values.yaml`)],
      plain,
    );
    const name = id.slice("web/".length);
    const asciiName = `ci/${"x".repeat(columns)}-values.yaml`;
    expect(wide.replace(name, asciiName)).toBe(ascii);
  });

  it("moves its columns closer together when times of seconds would not fit", () => {
    const steps = comparing.map((name) => step(name, { durationMs: 12_345 }));
    const lines = renderTable([trial("web/ci/replicas-values.yaml", steps)], plain, 80);
    expect(`\n${lines.join("\n")}\n`).toMatchInlineSnapshot(`
      "
      times in ms         lint      template  dry-run   install      test     upgrade
                          uninstall leftovers reinstall upgrade-from rollback
      web 1.2.0
        ci/replicas-values.yaml
                          ok 12345  ok 12345  ok 12345  ok 12345     ok 12345 ok 12345
                          ok 12345  ok 12345  ok 12345  ok 12345     ok 12345
      "
    `);
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(80);
  });

  const times = [7, 85, 999, 4321, 12_345, 98_765, 754_321];
  const verdicts = ["passed", "failed", "errored"] as const;
  const names = [
    "default",
    "ci/replicas-values.yaml",
    `ci/${"long-".repeat(30)}values.yaml`,
    `ci/${"日本語".repeat(20)}.yaml`,
  ];

  it.each(names)("fits into 80 columns, whatever its times and verdicts are, with the case %s", (name) => {
    for (const durationMs of times) {
      for (const verdict of verdicts) {
        // One row for each step that failed: every column is as wide as that verdict.
        const trials = stepNames.map((failed) => {
          const steps = stepNames.map((each) =>
            step(each, { durationMs, verdict: each === failed ? verdict : "passed" }),
          );
          const chart = { name: "chart".repeat(20), version: "1.2.3-alpha.1", path: "charts/web" };
          return trial(`web/${name}`, steps, { chart, case: { name, values: [] } });
        });
        const lines = renderTable(trials, plain, 80);
        expect(Math.max(...lines.map(textWidth)), lines.join("\n")).toBeLessThanOrEqual(80);
        expect(lines.join("\n").match(/\b(?:ok|FAIL|ERROR) \d/g)).toHaveLength(stepNames.length ** 2);
      }
    }
  });

  it("gives long times in seconds and names lines of their own when nothing else fits", () => {
    const trials = comparing.map((failed) => {
      const steps = comparing.map((name) =>
        step(name, { durationMs: 61_234, verdict: name === failed ? "failed" : "passed" }),
      );
      return trial(`web/ci/${failed}-values.yaml`, steps);
    });
    expect(`\n${renderTable(trials.slice(0, 2), plain, 66).join("\n")}\n`).toMatchInlineSnapshot(`
      "
      times in ms
         lint      template  dry-run   install      test     upgrade
         uninstall leftovers reinstall upgrade-from rollback
      web 1.2.0
        ci/lint-values.yaml
         FAIL 61s  ok 61s    ok 61s    ok 61s       ok 61s   ok 61s
         ok 61s    ok 61s    ok 61s    ok 61s       ok 61s
        ci/template-values.yaml
         ok 61s    FAIL 61s  ok 61s    ok 61s       ok 61s   ok 61s
         ok 61s    ok 61s    ok 61s    ok 61s       ok 61s
      "
    `);
    expect(`\n${renderTable(trials.slice(0, 2), plain, 80).join("\n")}\n`).toMatchInlineSnapshot(`
      "
      times in ms       lint       template   dry-run   install      test     upgrade
                        uninstall  leftovers  reinstall upgrade-from rollback
      web 1.2.0
        ci/lint-values.yaml
                        FAIL 61234 ok 61234   ok 61234  ok 61234     ok 61234 ok 61234
                        ok 61234   ok 61234   ok 61234  ok 61234     ok 61234
        ci/template-values.yaml
                        ok 61234   FAIL 61234 ok 61234  ok 61234     ok 61234 ok 61234
                        ok 61234   ok 61234   ok 61234  ok 61234     ok 61234
      "
    `);
  });

  it("names the path of charts that have the same name", () => {
    const at = (path: string) => trial("web/default", [], { chart: { name: "web", version: "1.2.0", path } });
    const lines = renderTable([at("shop/web"), at("blog/web"), trial("store/default")], plain, 80);
    expect(lines.filter((line) => !line.startsWith(" ")).slice(1)).toEqual([
      "web 1.2.0 (shop/web)",
      "web 1.2.0 (blog/web)",
      "store 1.2.0",
    ]);
  });

  it("pads coloured cells by their visible width", () => {
    const [, header] = renderTable(mixed.trials, makeStyle(true));
    expect(header).toBe("\u001b[1mweb 1.2.0\u001b[22m");
    const colored = renderTable(mixed.trials, makeStyle(true)).map((line) => stripVTControlCharacters(line));
    expect(colored).toEqual(renderTable(mixed.trials, plain));
  });

  it("is empty for no trials", () => {
    expect(renderTable([], plain)).toEqual([]);
  });
});
