import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { readSuite } from "../../../bench/unittest/read-suite.ts";
import { toValues } from "../../../bench/unittest/set-path.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";

async function read(text: string) {
  const { path, remove } = await makeTempDir("st-suite-");
  onTestFinished(remove);
  const file = join(path, "a_test.yaml");
  await writeFile(file, text);
  return { directory: path, tests: await readSuite(file) };
}

describe("toValues", () => {
  it("nests keys and indexes, and merges mappings", () => {
    const set = { "a.b": 1, "a.c[1].d": "x", a: { b: 2, e: null }, "[f.g].h": [true], "i.[j.k]": 0 };
    expect(toValues(set)).toEqual({
      a: { b: 2, c: [null, { d: "x" }], e: null },
      "f.g": { h: [true] },
      i: { "j.k": 0 },
    });
  });
});

describe("readSuite", () => {
  it("gives each test the inputs of its suite and its own, which win", async () => {
    const { directory, tests } = await read(`suite: one
values: [../values/a.yaml]
set: { "a.b": 1 }
release: { name: mine, upgrade: true }
tests:
  - it: renders
    values: [b.yaml]
    set: { "a.b": 2 }
    release: { name: yours }
    capabilities: { majorVersion: 1, minorVersion: "29", apiVersions: [batch/v1] }
    chart: { appVersion: 9.9.9 }
    asserts: [{ hasDocuments: { count: 1 } }]
---
suite: two
tests:
  - it: does not render
    asserts: [{ failedTemplate: {} }]
`);
    const common = { chartVersion: undefined, mustFail: false };
    expect(tests).toEqual([
      {
        ...common,
        values: [join(directory, "../values/a.yaml"), join(directory, "b.yaml"), { a: { b: 1 } }, { a: { b: 2 } }],
        releaseName: "yours",
        namespace: "namespace",
        isUpgrade: true,
        kubeVersion: "v1.29.0",
        apiVersions: ["batch/v1"],
        appVersion: "9.9.9",
      },
      {
        ...common,
        values: [],
        releaseName: "release-name",
        namespace: "namespace",
        isUpgrade: false,
        kubeVersion: undefined,
        apiVersions: [],
        appVersion: undefined,
        mustFail: true,
      },
    ]);
  });

  it.each(["kubernetesProvider: { objects: [] }", "postRenderer: { cmd: cat }", "skip: { reason: not now }"])(
    "leaves out a suite with %s",
    async (line) => {
      const { tests } = await read(`suite: one\ntests:\n  - it: renders\n    ${line}\n    asserts: [{ exists: {} }]\n`);
      expect(tests).toBeUndefined();
    },
  );
});
