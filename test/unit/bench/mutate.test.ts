import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { allFaults } from "../../../bench/catches/faults/all-faults.ts";
import { mutate } from "../../../bench/catches/mutate.ts";
import { loadSubjects, type Subject } from "../../../bench/catches/subjects.ts";
import { ChartText } from "../../../bench/catches/template/chart-text.ts";

let subjects: Subject[];

beforeAll(async () => {
  subjects = await loadSubjects();
});

const filesOf = ({ files }: ChartText) => [...files].map(([file, text]) => [file, text.toString("utf8")]);

describe("the faults of bench/catches", () => {
  it("are more than 60 kinds, each with a name of its own", () => {
    const ids = allFaults.filter(({ answer }) => answer !== "nothing").map(({ id }) => id);
    expect(ids.length).toBeGreaterThanOrEqual(60);
    expect(new Set(allFaults.map(({ id }) => id)).size).toBe(allFaults.length);
  });

  it.each(allFaults.map((fault) => ({ id: fault.id, fault })))("$id changes one of the good charts", ({ fault }) => {
    const [mutant, ...others] = mutate([fault], subjects);
    expect(others).toEqual([]);
    expect(mutant?.chart.files.has(mutant.place.file)).toBe(true);
    expect(filesOf(mutant?.chart as ChartText)).not.toEqual(filesOf(mutant?.subject.chart as ChartText));
  });

  it("make the same charts each time, and leave the good charts as they are", async () => {
    const before = subjects.map(({ chart }) => filesOf(chart));
    const [one, other] = [mutate(allFaults, subjects), mutate(allFaults, await loadSubjects())];
    expect(one.map(({ id, chart, place }) => [id, place, filesOf(chart)])).toEqual(
      other.map(({ id, chart, place }) => [id, place, filesOf(chart)]),
    );
    expect(subjects.map(({ chart }) => filesOf(chart))).toEqual(before);
  });

  it("are an error if no chart has a place for one of them", () => {
    const fault = { id: "nowhere", title: "", answer: "error", group: "rendering", apply: () => undefined } as const;
    expect(() => mutate([fault], subjects)).toThrow(/^1 kinds of fault find no place in \d+ charts: nowhere$/);
    expect(() => mutate([{ ...fault, apply: () => ({ file: "values.yaml" }) }], subjects)).toThrow(
      "the fault nowhere changes nothing in web",
    );
  });
});

describe("ChartText", () => {
  it("reads and writes a chart without changing a byte", async () => {
    const [web] = subjects as [Subject];
    const directory = await mkdtemp(join(tmpdir(), "catches-"));
    try {
      await web.chart.save(directory);
      expect(filesOf(await ChartText.load(directory))).toEqual(filesOf(web.chart));
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
