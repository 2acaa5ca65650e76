import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { exitCodeOfDiff, exitCodeOfError, exitCodeOfSuite } from "../../../src/cli/exit-code.ts";
import { type Commands, makeProgram } from "../../../src/cli/program.ts";
import { renderEnv } from "../../../src/cli/shell.ts";
import { SeatrialError } from "../../../src/errors/seatrial-error.ts";
import { UsageError } from "../../../src/errors/usage-error.ts";
import { diffResult } from "../../helpers/sample-diff.ts";
import { mixed, step, suite, trial } from "../../helpers/sample-suite.ts";

describe("exitCodeOfSuite", () => {
  const failed = trial("web/default", [step("install", { verdict: "failed" })]);

  it("is 0, 1 or 3 by the verdict, and 130 when interrupted", () => {
    expect(exitCodeOfSuite(suite([trial("web/default")]))).toBe(0);
    expect(exitCodeOfSuite(suite([trial("web/default"), failed]))).toBe(1);
    expect(exitCodeOfSuite(mixed)).toBe(3);
    expect(exitCodeOfSuite({ ...suite([failed]), interrupted: true })).toBe(130);
  });

  it("is not 0 when nothing was tried", () => {
    expect(exitCodeOfSuite(suite([]))).toBe(3);
  });
});

describe("exitCodeOfDiff", () => {
  it("is that of diff: 0 same, 1 differs, 3 could not be checked", () => {
    const codes = (["same", "differs", "errored"] as const).map((verdict) =>
      exitCodeOfDiff(diffResult([], { verdict })),
    );
    expect(codes).toEqual([0, 1, 3]);
  });
});

describe("exitCodeOfError", () => {
  it.each([
    ["help", new CommanderError(0, "commander.helpDisplayed", ""), 0],
    ["a bad command line", new CommanderError(1, "commander.unknownOption", ""), 2],
    ["a usage error", new UsageError("no"), 2],
    ["no chart", new SeatrialError("SEATRIAL_NO_CHARTS", "no"), 2],
    ["no engine", new SeatrialError("SEATRIAL_ENGINE_NOT_FOUND", "no"), 3],
    ["an interrupt", new SeatrialError("SEATRIAL_CANCELLED", "no"), 130],
    ["a fault of ours", new TypeError("no"), 3],
  ])("of %s", (_name, error, exitCode) => {
    expect(exitCodeOfError(error)).toBe(exitCode);
  });
});

describe("renderEnv", () => {
  it.each([
    ["bash", "export KUBECONFIG='/a b/it'\\''s/c\\d'"],
    ["fish", "set -gx KUBECONFIG '/a b/it\\'s/c\\\\d';"],
    ["powershell", "$Env:KUBECONFIG = '/a b/it''s/c\\d'"],
    ["json", '{"KUBECONFIG":"/a b/it\'s/c\\\\d"}'],
  ] as const)("quotes any path for %s", (shell, line) => {
    expect(renderEnv({ KUBECONFIG: "/a b/it's/c\\d" }, shell)).toEqual([line]);
  });
});

describe("makeProgram", () => {
  /** Parses a command line and resolves with the name of the command that it calls, and its arguments. */
  async function parse(...args: string[]): Promise<unknown[]> {
    const calls: unknown[] = [];
    const call =
      (name: string) =>
      async (...given: unknown[]) => {
        calls.push(name, ...given);
        return 0;
      };
    const names = ["check", "diff", "up", "down", "status", "env", "engine", "doctor"] as const;
    const commands = Object.fromEntries(names.map((name) => [name, call(name)])) as unknown as Commands;
    const program = makeProgram("1.2.3", commands, () => {});
    for (const command of [program, ...program.commands]) command.configureOutput({ writeErr: () => {} });
    await program.parseAsync(args, { from: "user" });
    return calls;
  }

  it.each([
    [["check"], ["check", [], {}]],
    [
      ["check", "a", "b", "--filter", "x", "--filter", "y"],
      ["check", ["a", "b"], { filter: ["x", "y"] }],
    ],
    [
      ["--no-color", "check", "--jobs", "3"],
      ["check", [], { jobs: 3, color: false }],
    ],
    [
      ["check", "--no-color"],
      ["check", [], { color: false }],
    ],
    [
      ["diff", "a", "--since", "main", "--set", "a=1", "--set-string", "b=2", "--set", "c=3", "--stat"],
      ["diff", ["a"], { timeout: "1m", since: "main", set: ["a=1", "c=3"], setString: ["b=2"], stat: true }],
    ],
    [["engine"], ["engine", "path", {}]],
    [
      ["engine", "clean"],
      ["engine", "clean", {}],
    ],
    [
      ["env", "--shell", "fish"],
      ["env", { shell: "fish" }],
    ],
    [
      ["status", "--json"],
      ["status", { json: true }],
    ],
    [["up"], ["up", { wait: true }]],
    [
      ["up", "--no-wait"],
      ["up", { wait: false }],
    ],
    [
      ["doctor", "--json"],
      ["doctor", { json: true }],
    ],
  ])("reads %j", async (args, expected) => {
    expect(await parse(...args)).toEqual(expected);
  });

  it.each([
    [["chek"], "unknown command 'chek'\n(Did you mean check?)"],
    [["check", "--jsn"], "unknown option '--jsn'\n(Did you mean --json?)"],
    [["check", "--jobs", "0"], "It must be a whole number of at least 1."],
    [["check", "--jobs", "two"], "It must be a whole number of at least 1."],
    [["engine", "buidl"], "Allowed choices are path, build, unpack, clean."],
    [["env", "--shell", "zsh"], "Allowed choices are bash, fish, powershell, json."],
    [["up", "now"], "too many arguments"],
  ])("refuses %j", async (args, message) => {
    await expect(parse(...args)).rejects.toThrow(message);
  });
});
