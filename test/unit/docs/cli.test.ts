import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { exitCodes } from "../../../src/cli/exit-code.ts";
import { type Commands, makeProgram } from "../../../src/cli/program.ts";
import { stepNames } from "../../../src/trial/trial-result.ts";
import { fieldsOf, interfaceNames } from "./interfaces.ts";
import { codeBlocks, codeWords, find, pages, prose, read, tableAfter } from "./pages.ts";

const program = makeProgram("0.0.0", {} as Commands, () => undefined);
const names = program.commands.map((command) => command.name()).sort();
const page = read("docs/cli.md");

function commandNamed(name: string): Command {
  const found = program.commands.find((command) => command.name() === name);
  if (found === undefined) throw new Error(`there is no command ${name}`);
  return found;
}

describe("docs/cli.md", () => {
  it("has every command of the program in its table, and no other", () => {
    const rows = tableAfter(page, "# The command line").flatMap(([cell = ""]) => codeWords(cell));
    expect(rows.map((row) => row.replace("seatrial ", "")).sort()).toEqual(names);
  });

  it("has a row for every option of check", () => {
    const rows = tableAfter(page, "After a step that did not pass").flatMap(([cell = ""]) => codeWords(cell));
    expect(rows.sort()).toEqual(
      commandNamed("check")
        .options.map((option) => option.flags)
        .sort(),
    );
  });

  it("names every option of the other commands", () => {
    const flags = program.commands.flatMap((command) => command.options.map((option) => option.long ?? ""));
    expect(flags.filter((flag) => !page.includes(`\`${flag}`))).toEqual([]);
  });

  it("has every exit code, and no other", () => {
    const rows = tableAfter(page, "## Exit codes").map(([code = ""]) => Number(code));
    expect(rows.sort()).toEqual(Object.values(exitCodes).sort());
  });

  it("has the steps of a trial in their order", () => {
    const rows = tableAfter(page, "these steps:").flatMap(([cell = ""]) => codeWords(cell));
    expect(rows).toEqual([...stepNames]);
  });

  it("names every field of the JSON report", () => {
    const source = read("src/report/json.ts");
    const rows = tableAfter(read("docs/reports.md"), "## `--json`").flatMap(([cell = ""]) => codeWords(cell));
    const told = rows.map((row) => row.replace(/^trials\[\]\.?|^\./, "").replace("[]", ""));
    const fields = ["JsonReport", "JsonTrial"].flatMap((name) => fieldsOf(source, name)).map(({ name }) => name);
    expect(fields.filter((field) => field !== "trials" && !told.includes(field))).toEqual([]);
  });
});

describe("the JSON of doctor", () => {
  it("has a row for every field and every fact in it", () => {
    const source = read("src/doctor/facts.ts");
    const rows = tableAfter(page, "`seatrial doctor --json`").flatMap((cells) => cells.flatMap(codeWords));
    const told = new Set(rows.map((row) => row.replace("[]", "")));
    const fields = interfaceNames(source).flatMap((name) => fieldsOf(source, name).map((field) => field.name));
    expect(fields).toContain("canBoot");
    expect(fields.filter((field) => !told.has(field))).toEqual([]);
  });
});

describe("a command line in the pages", () => {
  const lines = pages.flatMap((path) => codeBlocks(read(path), "sh").flatMap((block) => block.split("\n")));
  const words = [...lines, ...pages.flatMap((path) => codeWords(prose(read(path))))].flatMap((text) => [
    ...text.matchAll(/\bseatrial (?!-)([a-z]+(?:-[a-z]+)*)/g),
  ]);

  it("is one that the program knows", () => {
    expect(words.length).toBeGreaterThan(20);
    expect([...new Set(words.map(([, name = ""]) => name))].filter((name) => !names.includes(name))).toEqual([]);
  });

  it("of npm names a script that exists", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const all = find(["*.md", "docs/*.md"]).flatMap((path) => [...read(path).matchAll(/\bnpm run ([\w:-]+)/g)]);
    expect(all.map(([, name = ""]) => name).filter((name) => !(name in scripts))).toEqual([]);
  });
});
