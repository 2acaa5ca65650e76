import { describe, expect, it } from "vitest";
import { codeWords, find, read, tableAfter } from "./pages.ts";

// What a source reads: process.env.NAME, the names of a destructured process.env, readEnv("NAME") and isSet("NAME").
function variablesIn(source: string): string[] {
  const direct = [...source.matchAll(/\bprocess\.env\.(\w+)|\b(?:readEnv|isSet)\("(\w+)"\)/g)].map(
    ([, name, other]) => name ?? other ?? "",
  );
  const destructured = [...source.matchAll(/\{([^{}]*)\} = process\.env\b/g)].flatMap(([, names = ""]) =>
    names.split(",").map((name) => name.trim()),
  );
  return [...direct, ...destructured].filter((name) => name !== "");
}

const variables = [...new Set(find("src/**/*.ts").flatMap((path) => variablesIn(read(path))))].sort();
const rows = tableAfter(read("docs/control-plane.md"), "## Environment variables");
const told = rows.flatMap(([cell = ""]) => codeWords(cell)).sort();

describe("the table of environment variables", () => {
  it("has a row for every variable that the sources read", () => {
    expect(variables).toContain("SEATRIAL_ENGINE");
    expect(variables.filter((name) => !told.includes(name))).toEqual([]);
  });

  it("names none that nothing reads", () => {
    // Node's os.tmpdir() reads it.
    expect(told.filter((name) => !variables.includes(name) && name !== "TMPDIR")).toEqual([]);
  });

  it("agrees with the help of the command about the variables of seatrial", () => {
    const help = read("src/cli/program.ts").match(/\bSEATRIAL_\w+/g) ?? [];
    expect([...new Set(help)].sort()).toEqual(told.filter((name) => name.startsWith("SEATRIAL_")));
  });
});

describe("variablesIn", () => {
  it("sees every way in which a variable is read", () => {
    const source = 'process.env.ONE; const { TWO, THREE } = process.env; readEnv("FOUR"); isSet("FIVE")';
    expect(variablesIn(source)).toEqual(["ONE", "FOUR", "FIVE", "TWO", "THREE"]);
  });
});
