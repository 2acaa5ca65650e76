import { describe, expect, it } from "vitest";
import { compareRenderings } from "../../../src/diff/compare-renderings.ts";
import { toRendering } from "../../../src/diff/rendering.ts";
import type { HelmTemplateAnswer } from "../../../src/helm/types.ts";
import { configMap } from "../../helpers/charts/write-chart.ts";

function answer(manifest: string, more: Partial<HelmTemplateAnswer> = {}): HelmTemplateAnswer {
  return { manifest, notes: "", hooks: [], crds: [], chart: { name: "web", version: "1.0.0" }, warnings: [], ...more };
}

/** Both versions are rendered twice when there is a second text. */
function compare(before: string | [string, string], after: string | [string, string]) {
  const [older, newer] = [before, after].map((side) => {
    const [first, second] = typeof side === "string" ? [side] : side;
    return toRendering(answer(first), second === undefined ? undefined : answer(second));
  });
  if (older === undefined || newer === undefined) throw new Error("two versions are needed");
  return compareRenderings(older, newer, "default");
}

const hash = (digit: string) => digit.repeat(64);
const deployment = (annotations: string, image = "app:1", labels = "{}") =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, labels: ${labels} }\nspec:\n  template:\n    metadata: { annotations: { ${annotations} } }\n    spec: { containers: [{ name: app, image: "${image}" }] }\n`;
const secret = (password: string) =>
  `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { password: ${password} }\n`;

describe("compareRenderings", () => {
  it("finds nothing in two versions that are the same", () => {
    expect(compare(configMap("a", { x: "1" }), configMap("a", { x: "1" }))).toEqual({ objects: [], random: [] });
  });

  it("shows the field, and that the Pods are created anew", () => {
    const { objects } = compare(deployment("a: b"), deployment("a: b", "app:2"));
    expect(objects).toEqual([
      {
        change: "changed",
        object: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
        role: "manifest",
        fields: [{ field: "spec.template.spec.containers[app].image", before: "app:1", after: "app:2" }],
        recreatesPods: true,
      },
    ]);
  });

  it("marks a checksum that follows from another object", () => {
    const [before, after] = ["a", "b"].map(
      (digit) => `${deployment(`checksum/config: ${hash(digit)}`)}---\n${configMap("c", { x: digit })}`,
    );
    const { objects } = compare(before ?? "", after ?? "");
    expect(objects.map(({ object, fields }) => [object.kind, fields[0]?.mark])).toEqual([
      ["Deployment", "checksum"],
      ["ConfigMap", undefined],
    ]);
    expect(objects[0]?.recreatesPods).toBe(true);
  });

  it("does not mark a checksum when nothing else has changed, because then it is the change", () => {
    const { objects } = compare(
      deployment(`checksum/config: ${hash("a")}`),
      deployment(`checksum/config: ${hash("b")}`),
    );
    expect(objects[0]?.fields[0]).toMatchObject({ before: hash("a"), after: hash("b") });
    expect(objects[0]?.fields[0]?.mark).toBeUndefined();
  });

  it("does not compare what is random on both sides, nor the checksums of it", () => {
    const side = (word: string) => `${secret(word)}---\n${deployment(`checksum/secret: ${hash(word[0] ?? "")}`)}`;
    const { objects, random } = compare(
      [side("a-secret-1"), side("b-secret-2")],
      [side("c-secret-3"), side("d-secret-4")],
    );
    expect(objects).toEqual([]);
    expect(random.map(({ object, field }) => `${object.kind} ${field}`)).toEqual([
      "Secret stringData.password",
      "Deployment spec.template.metadata.annotations[checksum/secret]",
    ]);
  });

  it("shows a value that has become random", () => {
    const { objects } = compare(configMap("a", { x: "fixed" }), [
      configMap("a", { x: "r1" }),
      configMap("a", { x: "r2" }),
    ]);
    expect(objects[0]?.fields).toEqual([{ field: "data.x", before: "fixed", after: "(random)" }]);
  });

  it("masks the data of Secrets, also where another object quotes it, and shows that it has changed", () => {
    const side = (password: string) =>
      `${secret(password)}---\n${configMap("c", { url: `"http://u:${password}@db"` })}`;
    const result = compare(side("hunter2-old"), side("hunter2-new"));
    expect(JSON.stringify(result)).not.toContain("hunter2");
    expect(result.objects.map(({ fields }) => fields)).toEqual([
      [{ field: "stringData.password", before: "***", after: "***" }],
      [{ field: "data.url", before: "http://u:***@db", after: "http://u:***@db" }],
    ]);
  });

  it("marks labels with the version of the chart, but not selectors", () => {
    const labels = (version: string) => `{ helm.sh/chart: web-${version}, app.kubernetes.io/version: "${version}" }`;
    const side = (version: string) =>
      `${deployment("a: b", "app:1", labels(version))}  selector: { matchLabels: { helm.sh/chart: web-${version} } }\n`;
    const { objects } = compare(side("1.0.0"), side("1.1.0"));
    expect(objects[0]?.fields.map(({ field, mark }) => [field, mark])).toEqual([
      ["metadata.labels[app.kubernetes.io/version]", "version"],
      ["metadata.labels[helm.sh/chart]", "version"],
      ["spec.selector.matchLabels[helm.sh/chart]", undefined],
    ]);
  });

  it("compares hooks, crds/ and NOTES.txt", () => {
    const hook = (image: string) => ({
      name: "migrate",
      kind: "Job",
      path: "web/templates/migrate.yaml",
      manifest: `apiVersion: batch/v1\nkind: Job\nmetadata: { name: migrate }\nspec: { image: ${image} }\n`,
      events: ["pre-upgrade"],
      weight: 0,
      deletePolicies: [],
    });
    const crd = (size: number) => ({
      file: "crds/a.yaml",
      manifest: `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: a }\nspec: { size: ${size} }\n`,
    });
    const [before, after] = [1, 2].map((n) =>
      toRendering(answer("", { hooks: [hook(`i${n}`)], crds: [crd(n)], notes: `Visit ${n}` })),
    );
    if (before === undefined || after === undefined) throw new Error("two versions are needed");
    const { objects, notes } = compareRenderings(before, after, "default");
    expect(objects.map(({ role, template }) => [role, template])).toEqual([
      ["crd", "web/crds/a.yaml"],
      ["hook", "web/templates/migrate.yaml"],
    ]);
    expect(notes).toEqual({ before: "Visit 1", after: "Visit 2" });
  });

  it("shows a renamed object with both names, and what else differs in it", () => {
    const data = { a: "1", b: "2", c: "3", d: "4" };
    const { objects } = compare(configMap("old", data), configMap("new", { ...data, d: "5" }));
    expect(objects).toMatchObject([
      { change: "renamed", object: { name: "new" }, before: { name: "old" }, fields: [{ field: "data.d" }] },
    ]);
  });

  it("compares documents that are not Kubernetes objects", () => {
    expect(compare("a: 1\n", "a: 2\n").objects).toMatchObject([{ change: "changed", fields: [{ field: "a" }] }]);
  });
});
