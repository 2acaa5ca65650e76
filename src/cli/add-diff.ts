import type { Command } from "commander";
import { collect } from "./collect.ts";
import type { DiffCommandOptions } from "./commands/diff-options.ts";

/** Adds the command `diff`. */
export function addDiff(program: Command, action: (paths: string[], options: DiffCommandOptions) => void): void {
  program
    .command("diff")
    .description(
      "show what changes between two versions of charts: the rendered objects and, with --server, the stored",
    )
    .argument("[paths...]", "chart directories, .tgz files, directories that contain charts, or globs")
    .option("--since <ref>", "compare with a commit of git: charts that changed since then")
    .option("--from <path>", "compare with this version: a chart's directory, a .tgz or a directory with charts")
    .option(
      "--filter <text>",
      "only cases whose name `chart/case` contains the text or matches the glob; repeatable",
      collect,
    )
    .option("--values <file>", "a values file for both versions, after those of the case; repeatable", collect)
    .option("--set <key=value>", "a value for both versions, as for helm; repeatable", collect)
    .option("--set-string <key=value>", "a value for both versions that is a text, as for helm; repeatable", collect)
    .option("--namespace <name>", "the namespace of every release (default: default)")
    .option("--release-name <name>", "the name of every release (default: the chart's name)")
    .option("--server", "also what an API server stores, refuses and deletes when the previous version is upgraded")
    .option("--crds <path>", "with --server: CustomResourceDefinitions that the charts expect; repeatable", collect)
    .option("--timeout <duration>", "with --server: time limit of one install or dry run", "1m")
    .option("--stat", "one line for each object")
    .option("--json", "print one JSON object to stdout, and nothing else")
    .option("--markdown", "print Markdown for a comment on a pull request, at most 60 KB")
    .addHelpText("after", helpEnd)
    .action(action);
}

const helpEnd = `
Both versions are rendered with the values of each case, as \`check\` tries them. Exits with 0 if nothing differs, 1 if
something differs, 2 for a wrong command line, 3 if a chart could not be rendered.

examples:
  seatrial diff --since origin/main
  seatrial diff charts/web --from web-1.4.0.tgz --set replicas=3 --server`;
