import type { Command } from "commander";
import { collect } from "./collect.ts";
import type { ImagesCommandOptions } from "./commands/images.ts";

/** Adds the command `images`. */
export function addImages(program: Command, action: (paths: string[], options: ImagesCommandOptions) => void): void {
  program
    .command("images")
    .description("list every image of every case of charts, where it is used and which value it comes from")
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
    .option("--online", "ask the registries whether the images exist")
    .option("--json", "print one JSON object to stdout, and nothing else")
    .addHelpText("after", helpEnd)
    .action(action);
}

const helpEnd = `
Without --online, nothing is requested from a network. Exits with 0 if every image can be pulled as far as it was
checked, 1 if an image is misspelt or does not exist, 2 for a wrong command line, 3 if a chart could not be rendered or
a registry could not be asked.

examples:
  seatrial images
  seatrial images charts/web --online --json`;
