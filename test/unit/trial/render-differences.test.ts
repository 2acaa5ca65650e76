import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../../src/kube/object-ref.ts";
import type { TemplateResult } from "../../../src/release/results.ts";
import { renderDifferences } from "../../../src/trial/helms/render-differences.ts";

const configMap = (data: Record<string, unknown>, name = "web", metadata: object = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...metadata },
  data,
});

function rendered(documents: KubeObject[], more: Partial<TemplateResult> = {}): TemplateResult {
  const texts = {
    manifest: documents.map((object) => JSON.stringify(object)).join("\n"),
    notes: "",
    hooks: [],
    crds: [],
  };
  return {
    ...texts,
    documents,
    chart: { name: "web", version: "1.0.0" },
    sourceOf: () => ({ template: "web/templates/a.yaml", manifestLine: 1 }),
    ...more,
  } as unknown as TemplateResult;
}

const compare = (by3: TemplateResult, by4: TemplateResult, again?: TemplateResult) =>
  renderDifferences({ by3, by4 }, again === undefined ? [] : [{ by3, by4: again }]);

describe("the differences between what Helm 3 and Helm 4 render", () => {
  it("do not exist for the same objects", () => {
    const same = rendered([configMap({ a: "1" })]);
    expect(compare(same, same)).toEqual({ findings: [], notes: [] });
  });

  it("are a note when only white space differs", () => {
    const objects = [configMap({ a: "1" })];
    const { findings, notes } = compare(
      rendered(objects, { manifest: "a: 1\n" }),
      rendered(objects, { manifest: "a: 1\n\n" }),
    );
    expect(findings).toEqual([]);
    expect(notes).toEqual(["Helm 3 and Helm 4 render different white space or comments; the objects are the same"]);
  });

  it("are an error with the field and both values", () => {
    expect(compare(rendered([configMap({ a: "1" })]), rendered([configMap({ a: "2" })])).findings).toEqual([
      {
        severity: "error",
        step: "both-helms",
        reason: "HelmVersionsDiffer",
        message: "Helm 3 and Helm 4 render this field differently",
        object: { apiVersion: "v1", kind: "ConfigMap", name: "web" },
        field: "data.a",
        template: "web/templates/a.yaml",
        notes: ['data.a: Helm 3 renders "1", Helm 4 "2"'],
      },
    ]);
  });

  it("are a warning, with a hint, for a field that is null or absent", () => {
    const [finding] = compare(rendered([configMap({ a: null })]), rendered([configMap({})])).findings;
    expect(finding).toMatchObject({
      severity: "warning",
      field: "data.a",
      notes: ["data.a: Helm 3 renders null, Helm 4 (none)"],
    });
    expect(finding?.hint).toContain("remove the null from values.yaml");
  });

  it.each([
    ["a label", { labels: { v: "3" } }, { labels: { v: "4" } }, "warning"],
    ["an annotation", { annotations: { v: "3" } }, { annotations: { v: "4" } }, "warning"],
    [
      "an annotation of Helm",
      { annotations: { "helm.sh/hook": "pre-install" } },
      { annotations: { "helm.sh/hook": "post-install" } },
      "error",
    ],
  ])("in %s have the severity that users notice", (_what, old, fresh, severity) => {
    const [finding] = compare(rendered([configMap({}, "web", old)]), rendered([configMap({}, "web", fresh)])).findings;
    expect(finding?.severity).toBe(severity);
  });

  it.each([
    [3, [configMap({}, "a"), configMap({}, "b")], [configMap({}, "a")]],
    [4, [configMap({}, "a")], [configMap({}, "a"), configMap({}, "b")]],
  ] as const)("name an object that only Helm %i renders", (major, by3, by4) => {
    expect(compare(rendered([...by3]), rendered([...by4])).findings).toMatchObject([
      { severity: "error", message: `only Helm ${major} renders this object`, object: { name: "b" } },
    ]);
  });

  it("leave out what two renderings with the same Helm do not share", () => {
    const random = (value: string, fixed = "x") => rendered([configMap({ random: value, fixed })]);
    expect(compare(random("p"), random("q"), random("r"))).toEqual({ findings: [], notes: [] });
    const { findings } = compare(random("p", "3"), random("q", "4"), random("r", "4"));
    expect(findings).toMatchObject([{ field: "data.fixed" }]);
    const named = (name: string) => rendered([configMap({}, name)]);
    expect(compare(named("p"), named("q"), named("r")).findings).toEqual([]);
    const [by3, by4, other] = [random("a,b"), random("b,a"), random("b,a")];
    expect(renderDifferences({ by3, by4 }, [{ by3: other, by4 }]).findings).toEqual([]);
  });

  it("do not show the data of Secrets", () => {
    const secret = (value: string): KubeObject => ({ ...configMap({ password: value }), kind: "Secret" });
    const [finding] = compare(rendered([secret("aaaa")]), rendered([secret("bbbb")])).findings;
    expect(finding?.notes).toEqual(["data.password: Helm 3 renders ***, Helm 4 ***"]);
  });

  it("are a note when only the order differs", () => {
    const [a, b] = [configMap({}, "a"), configMap({}, "b")];
    const { findings, notes } = compare(rendered([a, b]), rendered([b, a]));
    expect(findings).toEqual([]);
    expect(notes[0]).toBe(
      "Helm 3 and Helm 4 create the objects in another order: Helm 3 creates ConfigMap a where Helm 4 creates ConfigMap b",
    );
  });

  it("cover NOTES.txt, apart from its white space, and crds/", () => {
    const objects = [configMap({})];
    const withNotes = (notes: string) => rendered(objects, { notes });
    expect(compare(withNotes("a\nb  c"), withNotes("a\nb c\n")).findings).toEqual([]);
    expect(compare(withNotes("a\nthree"), withNotes("a\nfour")).findings).toMatchObject([
      {
        severity: "warning",
        template: "web/templates/NOTES.txt",
        notes: ['line 2: Helm 3 renders "three", Helm 4 "four"'],
      },
    ]);
    const withCrd = (crds: TemplateResult["crds"]) => rendered(objects, { crds });
    const file = "web/crds/a.yaml";
    expect(compare(withCrd([{ file, manifest: "a" }]), withCrd([])).findings).toMatchObject([
      { severity: "error", message: "only Helm 3 reads this file of crds/", template: file },
    ]);
  });
});
