import { describe, expect, it } from "vitest";
import { findDuplicates } from "../../../src/chart/duplicates.ts";
import { parseManifest } from "../../../src/chart/manifest.ts";

const manifest = `---
# Source: web/templates/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
---
# Source: web/templates/nothing.yaml
# all of it is switched off
---
# Source: web/templates/list.yaml
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: one } }
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: two } }
--- # a comment
apiVersion: v1
kind: ConfigMap
metadata:
  name: text
data:
  key: |
    ---not a separator
    a: b
`;

describe("parseManifest", () => {
  it("reads the documents with the template and the line of each", () => {
    const documents = parseManifest(manifest, "web/templates/default.yaml");
    expect(documents.map(({ object, template, line }) => [object.metadata.name, template, line])).toEqual([
      ["web", "web/templates/service.yaml", 1],
      ["one", "web/templates/list.yaml", 10],
      ["two", "web/templates/list.yaml", 10],
      ["text", "web/templates/default.yaml", 17],
    ]);
    expect(documents[3]?.object.data).toEqual({ key: "---not a separator\na: b\n" });
  });

  it.each([
    ["kind: Service\n", "it has no apiVersion"],
    ["apiVersion: v1\n", "it has no kind"],
    ["apiVersion: v1\nkind: ''\n", "it has no kind"],
    ["apiVersion: 1\nkind: Service\n", "its apiVersion is not a string but 1"],
    ["apiVersion: v1\nkind: Service\nmetadata: [a]\n", "its metadata is not a mapping"],
  ])("says why %j is not an object", (text, problem) => {
    expect(parseManifest(text)[0]?.problem).toBe(problem);
  });

  it("reads the items of a typed list as objects of its kind and version, as Helm does", () => {
    const items = "items:\n  - { metadata: { name: one } }\n  - { kind: Secret, metadata: { name: two } }\n";
    const documents = parseManifest(`apiVersion: v1\nkind: ConfigMapList\n${items}`);
    expect(
      documents.map(({ object, problem }) => [object.apiVersion, object.kind, object.metadata.name, problem]),
    ).toEqual([
      ["v1", "ConfigMap", "one", undefined],
      ["v1", "Secret", "two", undefined],
    ]);
  });

  it("expects apiVersion and kind in the items of a plain List", () => {
    const documents = parseManifest("apiVersion: v1\nkind: List\nitems:\n  - { metadata: { name: one } }\n");
    expect(documents.map(({ problem }) => problem)).toEqual(["it has no apiVersion"]);
  });

  it.each(["null", '""'])("reads the namespace %s as none, as Helm does", (namespace) => {
    const [document] = parseManifest(`apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: ${namespace} }\n`);
    expect(document?.object.metadata).toEqual({ name: "a" });
  });

  it("gives an object without metadata empty metadata", () => {
    const [document] = parseManifest("apiVersion: v1\nkind: Service\n");
    expect(document?.object.metadata).toEqual({});
    expect(document?.problem).toBeUndefined();
  });

  it("names the template and the line of text that is not YAML", () => {
    const broken = `${manifest}---\n# Source: web/templates/broken.yaml\na: [1\n`;
    expect(() => parseManifest(broken)).toThrow(
      expect.objectContaining({ code: "SEATRIAL_MANIFEST", file: "web/templates/broken.yaml" }),
    );
  });

  it.each(["- a\n", "just text\n"])("refuses %j, which is not a mapping", (text) => {
    expect(() => parseManifest(text, "web/templates/x.yaml")).toThrow(
      /web\/templates\/x.yaml does not render to a YAML mapping/,
    );
  });
});

describe("findDuplicates", () => {
  const documents = (...texts: string[]) => parseManifest(texts.join("\n---\n"));
  const map = (name: string, more = "") => `{ apiVersion: v1, kind: ConfigMap, metadata: { name: ${name}${more} } }`;

  it("finds documents that name the same object, also when one of them leaves out the namespace", () => {
    const found = findDuplicates(documents(map("a"), map("b"), map("a", ", namespace: web")), "web");
    expect(found.map(({ first, second }) => [first.line, second.line])).toEqual([[1, 4]]);
  });

  it("sees one object in two versions of its API", () => {
    const old = "{ apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: { name: a } }";
    expect(findDuplicates(documents(old, old.replace("v1", "v2")), "web")).toHaveLength(1);
  });

  it("ignores objects that differ in kind, name or namespace, or have no name", () => {
    const nameless = "{ apiVersion: v1, kind: ConfigMap, metadata: { generateName: a- } }";
    const secret = map("a").replace("ConfigMap", "Secret");
    const texts = [map("a"), map("b"), secret, map("a", ", namespace: other"), nameless, nameless];
    expect(findDuplicates(documents(...texts), "web")).toEqual([]);
  });
});

it("says of a template in crds/ that Helm does not render it", () => {
  const text = "{{- if .Values.on }}\napiVersion: v1\n{{- end }}\n";
  expect(() => parseManifest(text, "web/crds/widget.yaml")).toThrow(
    "web/crds/widget.yaml is not valid YAML, and Helm renders no templates in crds/: ",
  );
  expect(() => parseManifest(text, "web/templates/widget.yaml")).toThrow("does not render to valid YAML: ");
});
