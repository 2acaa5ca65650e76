import { relative } from "node:path";
import { describe, expect, it } from "vitest";
import { readCrdFiles } from "../../../src/chart/crd-files.ts";
import { configMap, definition, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const list = JSON.stringify({
  apiVersion: "v1",
  kind: "List",
  items: [{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name: "json" } }],
});

async function folder(): Promise<string> {
  return writeChart({
    "crds/a.yaml": `${definition("Sail")}---\n${definition("Mast")}`,
    "crds/deep/b.json": list,
    "crds/kustomization.yml": configMap("no-crd"),
    "crds/README.md": "# CRDs: [",
    "crds/node_modules/x.yaml": definition("Hidden"),
    "odd/line\nbreak/back\\slash.yaml": definition("Odd"),
  });
}

async function names(paths: string[], cwd: string): Promise<string[][]> {
  const crds = await readCrdFiles(paths, { cwd });
  return crds.map(({ file, object }) => [relative(cwd, file), object.metadata.name ?? ""]);
}

describe("readCrdFiles", () => {
  const all = [
    ["crds/a.yaml", "sails.example.com"],
    ["crds/a.yaml", "masts.example.com"],
    ["crds/deep/b.json", "json"],
  ];

  it.each([
    { title: "a folder", paths: ["crds"], expected: all },
    {
      title: "a directory and a file with a line break and a backslash in their names",
      paths: ["odd"],
      expected: [["odd/line\nbreak/back\\slash.yaml", "odds.example.com"]],
    },
    { title: "a file", paths: ["crds/a.yaml"], expected: all.slice(0, 2) },
    { title: "a glob", paths: ["crds/**/*.json"], expected: all.slice(2) },
    { title: "the same file twice, once", paths: ["crds/a.yaml", "crds"], expected: all },
  ])("reads $title", async ({ paths, expected }) => {
    expect(await names(paths, await folder())).toEqual(expected);
  });

  it.each([
    { path: "nowhere", message: "The CRDs at nowhere cannot be read: ENOENT" },
    {
      path: "crds/kustomization.yml",
      message: "No CustomResourceDefinition was found at crds/kustomization.yml: 1 file was read",
    },
    { path: "*.txt", message: "No CustomResourceDefinition was found at *.txt: 0 files were read" },
  ])("refuses $path", async ({ path, message }) => {
    const error = await rejectionOf(readCrdFiles([path], { cwd: await folder() }));
    expect(error).toMatchObject({ code: "SEATRIAL_USAGE" });
    expect(error.message.split("\n")[0]).toBe(message);
  });

  it("names the file and the line that is not YAML", async () => {
    const cwd = await writeChart({ "crds/a.yaml": "kind: [" });
    const error = await rejectionOf(readCrdFiles(["crds"], { cwd }));
    expect(error).toMatchObject({ code: "SEATRIAL_USAGE" });
    expect(error.message).toMatch(/^The CRDs in .*crds\/a\.yaml cannot be read: .*\(line 1 of the document\)/);
  });
});
