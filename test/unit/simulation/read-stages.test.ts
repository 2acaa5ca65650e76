import { relative } from "node:path";
import { describe, expect, it } from "vitest";
import { readStages } from "../../../src/simulation/read-stages.ts";
import { simulateStages } from "../../../src/simulation/simulate-stages.ts";
import type { StageObject } from "../../../src/simulation/stage.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";
import { stage } from "../../helpers/stages.ts";

const object: StageObject = {
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "Stage",
  metadata: { name: "object" },
  spec: { resourceRef: { kind: "Pod" }, selector: {} },
};

describe("readStages", () => {
  it("reads files, directories, globs and objects, each file once, and skips other kinds", async () => {
    const chart = await writeChart({
      "stages/a.yaml": `${stage("one", "Pod", "selector: {}")}---\n${stage("two", "Pod", "selector: {}")}`,
      "stages/deep/b.yml": stage("three", "Pod", "selector: {}"),
      "stages/kustomization.yaml": configMap("none"),
    });
    const sources = [`${chart}/stages/a.yaml`, object, `${chart}/stages`, `${chart}/**/*.yml`];
    const read = await readStages("call", sources);
    expect(read.map(({ file, stage: { metadata } }) => [file, metadata.name])).toEqual([
      [relative(".", `${chart}/stages/a.yaml`), "one"],
      [relative(".", `${chart}/stages/a.yaml`), "two"],
      [undefined, "object"],
      [relative(".", `${chart}/stages/deep/b.yml`), "three"],
    ]);
    expect(await readStages("call", object)).toEqual([{ stage: object }]);
  });

  it.each([
    { sources: "nowhere.yaml", message: "The Stages at nowhere.yaml cannot be read: ENOENT" },
    {
      sources: "docs/examples/devcontainer",
      message: "No Stage was found at docs/examples/devcontainer: 1 file was read",
    },
    { sources: [], message: "call: there must be a Stage, got an empty array" },
    { sources: "", message: 'call: a Stage must be a path or an object of kind Stage, got "" (string)' },
    {
      sources: [{ ...object, kind: "Pod" }],
      message: "call: a Stage must be a path or an object of kind Stage, got {",
    },
  ])("rejects $sources", async ({ sources, message }) => {
    const error = await rejectionOf(readStages("call", sources as string));
    expect(error).toMatchObject({ code: "SEATRIAL_USAGE", message: expect.stringContaining(message) });
  });
});

describe("simulateStages", () => {
  it.each([[undefined], [{}], [{ namespace: "" }]])("rejects the target %j", async (target) => {
    const error = await rejectionOf(simulateStages(target as { namespace: string }, object));
    expect(error).toMatchObject({
      code: "SEATRIAL_USAGE",
      message: expect.stringContaining("simulateStages: the first argument must be a release or { namespace }, got "),
    });
  });
});
