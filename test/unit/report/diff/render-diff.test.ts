import { describe, expect, it } from "vitest";
import type { DiffResult } from "../../../../src/diff/diff-result.ts";
import { renderDiff } from "../../../../src/report/diff/render-diff.ts";
import { makeStyle } from "../../../../src/report/style.ts";
import { caseDiff, chartDiff, diffResult, objectDiff } from "../../../helpers/sample-diff.ts";

function text(result: DiffResult, { width = 120, isStat = false } = {}): string {
  return renderDiff(result, makeStyle(false), width, { isStat }).join("\n");
}

const version = (name: string) =>
  objectDiff("ConfigMap", name, {
    fields: [{ field: "metadata.labels[helm.sh/chart]", before: "web-1.0.0", after: "web-1.1.0", mark: "version" }],
  });

describe("renderDiff", () => {
  it("shows each object with its fields, and what happens to its Pods", () => {
    const objects = [
      objectDiff("Deployment", "web", { recreatesPods: true }),
      objectDiff("ConfigMap", "extra", { change: "added", fields: [] }),
      objectDiff("Secret", "old", { change: "removed", fields: [] }),
      objectDiff("Service", "web-http", {
        change: "renamed",
        before: { apiVersion: "v1", kind: "Service", name: "web" },
        fields: [],
      }),
    ];
    expect(text(diffResult([chartDiff("web", [caseDiff(objects)])]))).toBe(
      `web 1.0.0 → 1.1.0 (charts/web, compared with main (merge base 1a2b3c4))
  ~ changed Deployment web (new Pods, web/templates/web.yaml)
    ~ spec.replicas: 1 → 2
  + added ConfigMap extra (web/templates/extra.yaml)
  - removed Secret old (web/templates/old.yaml)
  ~ renamed Service web → web-http (web/templates/web-http.yaml)

1 chart differs (objects: 1 changed, 1 added, 1 removed, 1 renamed) in 1.2 s`,
    );
  });

  it("shows the lines that differ of a long text, and the form of a value that was added", () => {
    const config = (port: number) => ["a", "b", "c", `port: ${port}`, "d", "e", "f", "g"].join("\n");
    const fields = [
      { field: "data[app.conf]", before: config(80), after: config(81) },
      { field: "spec.affinity", after: { nodeAffinity: { weight: 1, preference: { matchExpressions: ["a", "b"] } } } },
      { field: "spec.gone", before: true },
    ];
    const shown = text(diffResult([chartDiff("web", [caseDiff([objectDiff("ConfigMap", "web", { fields })])])]));
    expect(shown).toContain(`    ~ data[app.conf]:
        b
        c
      - port: 80
      + port: 81
        d
        e
        …`);
    expect(shown).toMatch(/^ {4}\+ spec\.affinity:\n {6}\+ nodeAffinity:$/m);
    expect(shown).toContain("    - spec.gone: true");
  });

  it("folds labels with the version of the chart into one line for all objects", () => {
    const objects = [version("a"), { ...version("b"), recreatesPods: true as const }, objectDiff("Service", "c")];
    const shown = text(diffResult([chartDiff("web", [caseDiff(objects)])]));
    expect(shown).not.toContain("ConfigMap a");
    expect(shown).toContain(`  ~ version labels of 2 objects
    ~ helm.sh/chart: "web-1.0.0" → "web-1.1.0"
    ~ new Pods: ConfigMap b`);
  });

  it("shows cases that differ alike once, and in other cases only what they add", () => {
    const [one, other] = [objectDiff("Service", "web"), objectDiff("Ingress", "web")];
    const cases = [
      caseDiff([one]),
      caseDiff([one], { name: "ci/a-values.yaml" }),
      caseDiff([one, other], { name: "ci/b-values.yaml" }),
    ];
    const shown = text(diffResult([chartDiff("web", cases)]));
    expect(shown.match(/changed Service web/g)).toHaveLength(1);
    expect(shown).toContain("  default, ci/a-values.yaml\n");
    expect(shown).toMatch(/ci\/b-values\.yaml\n {2}~ changed Ingress web .*\n.*\n {2}1 more object as above/);
  });

  it("does not repeat an object whose checksum is another one in another case, nor labels with the version", () => {
    const checksum = (digit: string) =>
      objectDiff("Deployment", "web", {
        fields: [{ field: "a[checksum]", before: "x", after: digit, mark: "checksum" }],
      });
    const cases = [
      caseDiff([checksum("1"), version("a")]),
      caseDiff([checksum("2"), version("a"), version("b")], { name: "ci/a-values.yaml" }),
    ];
    const shown = text(diffResult([chartDiff("web", cases)]));
    expect(shown.match(/changed Deployment web/g)).toHaveLength(1);
    expect(shown.match(/version labels of/g)).toHaveLength(1);
    expect(shown).toContain("  ci/a-values.yaml\n  3 more objects as above\n");
  });

  it("says what is not compared because it is random, and which chart could not be checked", () => {
    const random = [{ object: { apiVersion: "v1", kind: "Secret", name: "s" }, field: "data.password" }];
    const error = { code: "SEATRIAL_TEMPLATE", message: "Rendering web failed: 1 finding\n  boom" };
    const shown = text(
      diffResult([
        chartDiff("web", [caseDiff([objectDiff("Service", "web")], { random })]),
        chartDiff("api", [caseDiff([], { verdict: "errored", error })]),
      ]),
    );
    expect(shown).toContain("  random, not compared: Secret s data.password");
    expect(shown).toContain("  - could not check: Rendering web failed: 1 finding\n      boom");
    expect(shown).toContain("1 chart differs, 1 chart could not be checked (objects: 1 changed) in");
  });

  it("shows new, renamed and removed charts, and counts those that are the same", () => {
    const shown = text(
      diffResult(
        [
          chartDiff("new", [caseDiff([objectDiff("Service", "x", { change: "added", fields: [] })])], {
            change: "new",
          }),
          chartDiff("moved", [caseDiff([])], {
            change: "renamed",
            verdict: "differs",
            previous: { version: "1.0.0", source: "main", path: "charts/was" },
          }),
          chartDiff("gone", [], { change: "removed" }),
        ],
        { unchanged: ["a", "b"] },
      ),
    );
    expect(shown).toContain("(charts/new: new, compared with");
    expect(shown).toContain("(charts/moved, which was charts/was, compared with main)");
    expect(shown).toContain("(removed since main (merge base 1a2b3c4): it was charts/gone)");
    expect(shown).toContain("Unchanged: a, b\n3 charts differ, 2 same");
  });

  it("says that nothing differs", () => {
    expect(text({ ...diffResult([]), verdict: "same", unchanged: ["web"] })).toBe(
      "Unchanged: web\nNothing differs in 1.2 s",
    );
  });

  it("shows what the API server stores, refuses and deletes", () => {
    const stored = {
      objects: [objectDiff("Service", "web"), objectDiff("ConfigMap", "old", { change: "removed", fields: [] })],
      refused: [
        {
          severity: "error" as const,
          step: "dry-run" as const,
          message: "field is immutable",
          object: { apiVersion: "apps/v1", kind: "StatefulSet", name: "db" },
          field: "spec.serviceName",
          notes: ['spec.serviceName: "a" → "b"'],
          hint: "keep the old value",
        },
      ],
      hooks: ["Job migrate (pre-upgrade)"],
    };
    const shown = text(diffResult([chartDiff("web", [caseDiff([objectDiff("Service", "web")], { stored })])]));
    expect(shown).toContain(`  stored by an upgrade:
    - refused StatefulSet db spec.serviceName
      - field is immutable
      - spec.serviceName: "a" → "b"
        hint: keep the old value
    ~ changed Service web`);
    expect(shown).toContain("    - removed ConfigMap old");
    expect(shown).toContain("      hooks that run: Job migrate (pre-upgrade)");
  });

  it("shows one line for each object with --stat, which fits into the terminal", () => {
    const long = objectDiff("Deployment", `a-${"very-".repeat(20)}long-name`, { recreatesPods: true });
    const objects = [
      objectDiff("Service", "web"),
      objectDiff("ConfigMap", "x", { change: "added", fields: [] }),
      long,
      version("v"),
    ];
    const shown = text(diffResult([chartDiff("web", [caseDiff(objects)])]), { isStat: true, width: 80 });
    expect(shown).toMatch(/^ {4}Service web +\| 1 ~$/m);
    expect(shown).toMatch(/^ {4}ConfigMap x +\| added$/m);
    expect(shown).toMatch(/^ {4}Deployment a-very-.*….*long-name \| 1 ~ {2}new Pods$/m);
    expect(shown).toMatch(/^ {4}1 object +\| version labels only$/m);
    expect(Math.max(...shown.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("shows texts of charts so that neither a terminal nor a CI system obeys them", () => {
    const evil = "::error::x\u001b[31m\n::set-output name=a::b\r##[command]";
    const fields = [
      { field: `data[${evil}]`, before: evil, after: `${evil}\nmore` },
      { field: "spec.x", before: "::warning::a", after: "##vso[task]" },
    ];
    const objects = [objectDiff("ConfigMap", evil, { fields, template: evil })];
    const chart = chartDiff("web", [caseDiff(objects, { name: evil, notes: { before: "", after: evil } })]);
    const shown = text(
      diffResult([{ ...chart, chart: { name: "::stop::x", version: evil, path: evil } }], {
        notes: [evil],
        unchanged: [evil],
      }),
    );
    expect(shown).not.toContain("\u001b");
    expect(shown).not.toMatch(/^\s*[-+~]?\s*::/m);
    expect(shown).not.toMatch(/##(\[|vso\[)/);
  });
});
