import { Argument, Command, Option } from "commander";
import { providerNames } from "../providers/provider-names.ts";
import { addCheck } from "./add-check.ts";
import { addDiff } from "./add-diff.ts";
import { addImages } from "./add-images.ts";
import { addValues } from "./add-values.ts";
import { collect } from "./collect.ts";
import type { CheckOptions } from "./commands/check.ts";
import type { DiffCommandOptions } from "./commands/diff-options.ts";
import type { DoctorOptions } from "./commands/doctor.ts";
import type { EngineAction, EngineOptions } from "./commands/engine.ts";
import type { ImagesCommandOptions } from "./commands/images.ts";
import type { ReportOptions } from "./commands/report-run.ts";
import type { TypesOptions } from "./commands/types.ts";
import type { UpOptions } from "./commands/up.ts";
import type { ValuesCommandOptions } from "./commands/values.ts";
import type { GlobalOptions } from "./global-options.ts";
import { type Shell, shells } from "./shell.ts";
import { tools } from "./tools.ts";

/** The implementations of the commands; each resolves with the exit code. */
export interface Commands {
  check(paths: string[], options: CheckOptions & GlobalOptions): Promise<number>;
  diff(paths: string[], options: DiffCommandOptions & GlobalOptions): Promise<number>;
  values(paths: string[], options: ValuesCommandOptions & GlobalOptions): Promise<number>;
  images(paths: string[], options: ImagesCommandOptions & GlobalOptions): Promise<number>;
  mergeReports(files: string[], options: ReportOptions & GlobalOptions): Promise<number>;
  up(options: UpOptions & GlobalOptions): Promise<number>;
  down(): Promise<number>;
  status(options: { json?: boolean }): Promise<number>;
  env(options: { shell: Shell }): Promise<number>;
  engine(action: EngineAction, options: EngineOptions & GlobalOptions): Promise<number>;
  doctor(options: DoctorOptions & GlobalOptions): Promise<number>;
  types(paths: string[], options: TypesOptions): Promise<number>;
}

/**
 * The command line. `run` gets the promise of the exit code of the chosen command. `kubectl` and `helm` are listed only for the
 * help: their arguments are never parsed here, see passthrough.ts.
 */
export function makeProgram(version: string, commands: Commands, run: (exitCode: Promise<number>) => void): Command {
  const program = new Command("seatrial")
    .description(
      "Validate Helm charts against a real Kubernetes control plane: API server, etcd, controllers and scheduler " +
        "in one ordinary process. No Docker, no root, no cluster; your kubeconfig is never read or written.",
    )
    .version(version, "-V, --version", "print the version of seatrial")
    .helpOption("-h, --help", "print help for a command")
    .option("--color", "colour the output even if it is not a terminal")
    .option("--no-color", "do not colour the output; NO_COLOR does the same")
    .exitOverride()
    .showHelpAfterError("Run `seatrial --help` for the commands and options.")
    .addHelpText("after", helpEnd);

  const colored = <Options>(options: Options): Options & GlobalOptions => ({ ...options, ...program.opts() });
  addCheck(program, (paths, options) => run(commands.check(paths, colored(options))));
  addDiff(program, (paths, options) => run(commands.diff(paths, colored(options))));
  addValues(program, (paths, options) => run(commands.values(paths, colored(options))));
  addImages(program, (paths, options) => run(commands.images(paths, colored(options))));
  program
    .command("merge-reports")
    .description("put the JSON reports of all shards of `check --shard` together; exits as the whole run would")
    .argument("<files...>", "the JSON report of each shard, in any order")
    .option("--json", "print one JSON report to stdout, and nothing else")
    .option("--junit <file>", "also write a JUnit XML report")
    .action((files, options) => run(commands.mergeReports(files, colored(options))));
  program
    .command("up")
    .description("start a control plane in the background, unless one is up, and print its `export KUBECONFIG=…`")
    .option("--stages <path>", "kwok Stages to apply to it: a file, a directory or a glob; repeatable", collect)
    .option(
      "--kube-version <version>",
      "the version of Kubernetes, such as 1.35, or 1.35.4 for an engine of it (default: the engine's own)",
    )
    .addOption(
      new Option("--provider <name>", "where the control plane comes from (default: engine)").choices(providerNames),
    )
    .option("--real-node", "run the Pods in containers on this machine, as root on Linux (see docs/real-node.md)")
    .option("--load-image <file>", "with --real-node: an archive of `docker save` for the node; repeatable", collect)
    .option(
      "--no-wait",
      "return at once; the control plane starts, and the engine is built if necessary, in the background",
    )
    .addHelpText("after", '\nexample: eval "$(seatrial up)" && kubectl get namespaces')
    .action((options) => run(commands.up(colored(options))));
  program
    .command("down")
    .description("stop the control plane in the background and delete everything in it")
    .action(() => run(commands.down()));
  program
    .command("status")
    .description("show whether a control plane is up in the background; exits with 3 when none is")
    .option("--json", "print one JSON object")
    .action((options) => run(commands.status(options)));
  program
    .command("env")
    .description("print the lines that point kubectl and helm to the control plane in the background")
    .addOption(new Option("--shell <shell>", "the shell to write for").choices(shells).default("bash"))
    .action((options) => run(commands.env(options)));
  addEngine(program, (action, options) => run(commands.engine(action, colored(options))));
  program
    .command("doctor")
    .description(
      "show what this machine can do, what prevents a control plane from starting and how to fix it; " +
        "exits with 3 when something does",
    )
    .option("--kubeconfig <file>", "with --context: show which cluster it is, for `check --provider existing`")
    .option("--context <name>", "the context of the kubeconfig")
    .option("--json", "print one JSON object")
    .action((options) => run(commands.doctor(colored(options))));
  program
    .command("types")
    .description("write the TypeScript types of the charts' values, from their values.schema.json, for specs")
    .argument("[paths...]", "chart directories, directories that contain charts, or globs")
    .option("--out <directory>", "the directory for the files", "types")
    .action((paths, options) => run(commands.types(paths, options)));
  for (const tool of tools) {
    program
      .command(tool)
      .description(`run ${tool} (built in) against the control plane in the background`)
      .argument("[arguments...]", `passed to ${tool} unchanged`)
      .allowUnknownOption();
  }
  return program;
}

function addEngine(program: Command, action: (name: EngineAction, options: EngineOptions) => void): void {
  const actions = new Argument(
    "[action]",
    "path prints its path, build compiles it, unpack takes it out of its package, clean deletes the engines in the cache",
  );
  program
    .command("engine")
    .description("find, build, unpack or delete the engine: the program that is the control plane")
    .addArgument(actions.choices(["path", "build", "unpack", "clean"]).default("path"))
    .option(
      "--to <directory>",
      "for unpack: the directory for the program; point SEATRIAL_ENGINE to it (default: the cache)",
    )
    .option(
      "--kube-version <version>",
      "for path and build: the engine of an older version of Kubernetes, such as 1.35.4",
    )
    .action(action);
}

const helpEnd = `
exit codes:
  0  everything passed; diff: nothing differs
  1  a chart is wrong; diff: something differs
  2  the command line is wrong, there is nothing to check, or a command needs a control plane and none is up
  3  could not check: there is no engine, or it ended; status: no control plane is up;
     doctor: something prevents a control plane from starting
  130  interrupted

environment:
  SEATRIAL_ENGINE     path of the engine to use
  SEATRIAL_REUSE      1: \`check\` uses the control plane of \`seatrial up\` when one is up
  SEATRIAL_STATE_DIR  where \`seatrial up\` keeps its state (default: $XDG_STATE_HOME/seatrial or ~/.local/state/seatrial)
  SEATRIAL_CACHE_DIR  where engines are kept
  NO_COLOR, FORCE_COLOR, CI`;
