import { describe, expect, it } from "vitest";
import { parseManifest } from "../../../../src/chart/manifest.ts";
import type { ChartObject } from "../../../../src/findings/chart-objects.ts";
import type { HelmHook } from "../../../../src/helm/types.ts";
import { staticFindings, staticWarnings } from "../../../../src/release/dry-run/static-findings.ts";

const manifest = (text: string): ChartObject[] =>
  parseManifest(text, "web/templates/a.yaml").map((document) => ({ ...document, role: "manifest" }));

function hook(name: string, events: string[]): ChartObject[] {
  const it: HelmHook = {
    name,
    kind: "Job",
    path: `web/templates/${events[0]}.yaml`,
    manifest: "",
    events,
    weight: 0,
    deletePolicies: [],
  };
  const text = `{ apiVersion: batch/v1, kind: Job, metadata: { name: ${name} } }`;
  return parseManifest(text, it.path).map((document) => ({ ...document, role: "hook", hook: it }));
}

const named = (kind: string, name: string) =>
  `{ apiVersion: apps/v1, kind: ${kind}, metadata: { name: ${name} } }\n---\n`;

describe("staticFindings", () => {
  it("finds nothing in sound objects", () => {
    expect(
      staticFindings(manifest(named("StatefulSet", "a".repeat(52)) + named("Deployment", "a".repeat(53))), "ns"),
    ).toEqual([]);
  });

  it("finds a document that is not an object", () => {
    expect(staticFindings(manifest("metadata: { name: a }\n"), "ns")).toEqual([
      {
        severity: "error",
        step: "dry-run",
        message: "web/templates/a.yaml does not render to a Kubernetes object: it has no apiVersion",
        reason: "manifest",
        template: "web/templates/a.yaml",
      },
    ]);
  });

  it.each([
    ["{ apiVersion: v1, kind: Secret }", "it has no name"],
    [
      "{ apiVersion: v1, kind: Secret, metadata: { generateName: a- } }",
      "it has a generateName and no name, which server-side apply cannot create",
    ],
  ])("finds that %s has no name", (text, message) => {
    expect(staticFindings(manifest(text), "ns")).toMatchObject([
      { message, field: "metadata.name", object: { name: "" } },
    ]);
  });

  it("finds a second default PriorityClass, which the API server accepts only alone", () => {
    const priority = (name: string, rest: string) =>
      `{ apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: { name: ${name} }, value: 1${rest} }\n---\n`;
    const isDefault = ", globalDefault: true";
    expect(
      staticFindings(manifest(priority("a", isDefault) + priority("b", "") + priority("c", isDefault)), "ns"),
    ).toMatchObject([
      {
        severity: "error",
        reason: "Forbidden",
        object: { name: "c" },
        message: expect.stringContaining("PriorityClass a"),
      },
    ]);
    expect(staticFindings(manifest(priority("a", isDefault) + priority("b", "")), "ns")).toEqual([]);
  });

  it("finds a StatefulSet whose Pods cannot be created", () => {
    const [finding] = staticFindings(manifest(named("StatefulSet", "a".repeat(53))), "ns");
    expect(finding?.message).toMatchInlineSnapshot(
      `"the name has 53 characters: with more than 52, its Pods cannot be created, because their label controller-revision-hash exceeds 63 characters"`,
    );
  });

  it("finds an object that is created twice", () => {
    const [finding, ...others] = staticFindings(
      manifest(named("Deployment", "web") + named("Deployment", "web")),
      "ns",
    );
    expect(finding?.message).toMatchInlineSnapshot(
      `"Deployment "web" is twice in this template: the later one overwrites the other"`,
    );
    expect(others).toEqual([]);
  });

  it("accepts hooks of one name at different events, but not at the same event", () => {
    const turns = [...hook("migrate", ["pre-install"]), ...hook("migrate", ["pre-upgrade"])];
    expect(staticFindings(turns, "ns")).toEqual([]);
    const clash = [
      ...hook("migrate", ["pre-install", "pre-upgrade"]),
      ...hook("migrate", ["pre-upgrade", "pre-install"]),
    ];
    expect(staticFindings(clash, "ns").map(({ message }) => message)).toMatchInlineSnapshot(`
      [
        "Job "migrate" is also in web/templates/pre-install.yaml: the later one overwrites the other",
      ]
    `);
  });
});

describe("staticWarnings", () => {
  it("names a key that occurs twice in a mapping, once for all items of a list", () => {
    const list = `apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: one } }
  - apiVersion: v1
    kind: ConfigMap
    metadata: { name: two }
    data: { a: b }
    data: { c: d }
`;
    expect(staticWarnings(manifest(list))).toEqual([
      {
        severity: "warning",
        step: "dry-run",
        message: 'the key "data" occurs twice in a mapping (line 9 of the document): the last value wins',
        reason: "DuplicateKey",
        template: "web/templates/a.yaml",
        hint: "remove one of the two",
      },
    ]);
  });

  it("names the object of a document that is not a list", () => {
    const map = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: one, name: two }\n";
    expect(staticWarnings(manifest(map))).toMatchObject([{ object: { kind: "ConfigMap", name: "two" } }]);
  });

  it("says that a chart without objects tested nothing", () => {
    expect(staticWarnings([])).toMatchObject([{ severity: "warning", reason: "NoObjects" }]);
  });

  it("has nothing to say about sound objects", () => {
    expect(staticWarnings(manifest(named("StatefulSet", "a") + named("Deployment", "b")))).toEqual([]);
  });
});
