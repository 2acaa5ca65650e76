import type { Command } from "commander";
import { collect } from "./collect.ts";
import type { ValuesCommandOptions } from "./commands/values.ts";

/** Adds the command `values`. */
export function addValues(program: Command, action: (paths: string[], options: ValuesCommandOptions) => void): void {
  program
    .command("values")
    .description(
      "find values that no template reads, misspelt keys in ci/, and where the schema and values.yaml differ",
    )
    .argument("[paths...]", "chart directories, .tgz files, directories that contain charts, or globs")
    .option(
      "--filter <text>",
      "only cases whose name `chart/case` contains the text or matches the glob; repeatable",
      collect,
    )
    .option("--values <file>", "a values file for every case, after its own; repeatable", collect)
    .option("--set <key=value>", "a value for every case, as for helm; repeatable", collect)
    .option("--namespace <name>", "the namespace of every release (default: default)")
    .option("--release-name <name>", "the name of every release (default: the chart's name)")
    .option("--allow <code>", "findings that do not fail the chart, such as UnusedValue; repeatable", collect)
    .option("--strict", "warnings fail the chart, too")
    .option("--json", "print one JSON object to stdout, and nothing else")
    .addHelpText("after", helpEnd)
    .action(action);
}

const helpEnd = `
Exits with 0 if nothing is wrong but warnings, 1 if a case has a value that the chart does not have, 2 for a wrong
command line, 3 if a chart could not be rendered.

examples:
  seatrial values
  seatrial values charts/web --strict`;
