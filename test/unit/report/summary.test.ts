import { describe, expect, it } from "vitest";
import { makeStyle } from "../../../src/report/style.ts";
import { renderSummary } from "../../../src/report/summary.ts";
import { mixed, step, suite, trial } from "../../helpers/sample-suite.ts";

const render = (of: typeof mixed) => renderSummary(of, makeStyle(false), Number.POSITIVE_INFINITY);

describe("renderSummary", () => {
  it("counts by verdict and severity and says what was not tested", () => {
    expect(render(mixed)).toMatchInlineSnapshot(`
      [
        "Not tested: containers (simulated; no image was pulled, nothing ran)",
        "errored: 2 charts, 4 cases · 1 passed · 1 failed · 1 could not be checked · 1 skipped · 1 error, 3 warnings · 4.3 s, control plane 1.2 s · Kubernetes v1.37.2, Helm v4.3.1",
      ]
    `);
  });

  it("says in how many cases hooks were left out", () => {
    const note = "hooks were not run";
    const trials = [trial("web/default", [], { notes: [note] }), trial("web/ci/a-values.yaml")];
    expect(render(suite(trials, { filteredOutCount: 3, bootMs: 0 }))).toMatchInlineSnapshot(`
      [
        "Not tested: containers (simulated; no image was pulled, nothing ran)",
        "Not tested: hooks were not run (1 of 2 cases)",
        "passed: 1 chart, 2 cases · 2 passed · 0 failed · 3 filtered out · 0 errors, 0 warnings · 4.3 s · Kubernetes v1.37.2, Helm v4.3.1",
      ]
    `);
  });

  it("says which Stages replaced controllers, which were not used, and what went wrong with them", () => {
    const certificate = { apiVersion: "cert-manager.io/v1", kind: "Certificate" };
    const stages = [
      { name: "ready", file: "stages/a.yaml", ...certificate, plays: 2, problems: [] },
      {
        name: "issuer",
        apiVersion: "v1",
        kind: "Pod",
        plays: 0,
        problems: ['Stage "issuer": spec.selector: no such key'],
      },
    ];
    expect(render(suite([trial("web/default")], { stages })).slice(1, -1)).toEqual([
      "Not tested: the controller of Certificate of cert-manager.io/v1: Stage ready (stages/a.yaml) was played in its place, 2 times",
      "Not tested: Stage issuer was not used: it selected no Pod of v1",
      'Not tested: a Stage failed: Stage "issuer": spec.selector: no such key',
    ]);
  });

  it("does not mention containers when nothing was installed", () => {
    const failed = trial("web/default", [step("template", { verdict: "failed" })]);
    expect(render(suite([failed]))).toHaveLength(1);
  });

  it("calls an interrupted run interrupted, whatever its verdict", () => {
    expect(render({ ...mixed, interrupted: true }).at(-1)).toMatch(/^interrupted: /);
  });
});
