import { Argument, Command, InvalidArgumentError, Option } from "commander";
import type { CheckOptions } from "./commands/check.ts";
import type { GlobalOptions } from "./global-options.ts";
import { type Shell, shells } from "./shell.ts";

/** What `seatrial engine` can do. */
export type EngineAction = "path" | "build" | "clean";

/** What the commands do; each resolves with the exit code. */
export interface Commands {
  check(paths: string[], options: CheckOptions & GlobalOptions): Promise<number>;
  up(options: { wait?: boolean } & GlobalOptions): Promise<number>;
  down(): Promise<number>;
  status(options: { json?: boolean }): Promise<number>;
  env(options: { shell: Shell }): Promise<number>;
  engine(action: EngineAction, options: GlobalOptions): Promise<number>;
  doctor(options: { json?: boolean } & GlobalOptions): Promise<number>;
}

/**
 * The command line. `run` gets the chosen command's promise of an exit code. `kubectl` and `helm` are listed for the help only:
 * their arguments are never parsed here, see passthrough.ts.
 */
export function makeProgram(version: string, commands: Commands, run: (exitCode: Promise<number>) => void): Command {
  const program = new Command("seatrial")
    .description(
      "Validate Helm charts against a real Kubernetes control plane: API server, etcd, controllers and scheduler " +
        "in one ordinary process. No Docker, no root, no cluster; your kubeconfig is never read or written.",
    )
    .version(version, "-V, --version", "print the version of seatrial")
    .helpOption("-h, --help", "print help for a command")
    .option("--color", "colour the output, also where it is no terminal")
    .option("--no-color", "do not colour the output; NO_COLOR does the same")
    .exitOverride()
    .showHelpAfterError("Run `seatrial --help` for the commands and options.")
    .addHelpText("after", helpEnd);

  const colored = <Options>(options: Options): Options & GlobalOptions => ({ ...options, ...program.opts() });
  addCheck(program, (paths, options) => run(commands.check(paths, colored(options))));
  program
    .command("up")
    .description("start a control plane in the background, unless one is up, and print its `export KUBECONFIG=…`")
    .option("--stages <path>", "kwok's Stages that hold in it: a file, a folder or a glob; repeatable", collect)
    .option("--no-wait", "let it start, and be built if it must, in the background, and return at once")
    .addHelpText("after", '\nexample: eval "$(seatrial up)" && kubectl get namespaces')
    .action((options) => run(commands.up(colored(options))));
  program
    .command("down")
    .description("stop the control plane in the background and delete everything in it")
    .action(() => run(commands.down()));
  program
    .command("status")
    .description("tell whether a control plane is up in the background; exits with 3 when none is")
    .option("--json", "print one JSON object")
    .action((options) => run(commands.status(options)));
  program
    .command("env")
    .description("print the lines that point kubectl and helm to the control plane in the background")
    .addOption(new Option("--shell <shell>", "the shell to write for").choices(shells).default("bash"))
    .action((options) => run(commands.env(options)));
  addEngine(program, (action) => run(commands.engine(action, colored({}))));
  program
    .command("doctor")
    .description(
      "tell what this machine can do, what would stop a boot and how to mend it; exits with 3 when something would",
    )
    .option("--json", "print one JSON object")
    .action((options) => run(commands.doctor(colored(options))));
  for (const tool of ["kubectl", "helm"]) {
    program
      .command(tool)
      .description(`run ${tool} (built in) against the control plane in the background`)
      .argument("[arguments...]", `passed on to ${tool} untouched`)
      .allowUnknownOption();
  }
  return program;
}

function addCheck(program: Command, action: (paths: string[], options: CheckOptions) => void): void {
  program
    .command("check")
    .description("lint, template, dry-run, install, test and uninstall charts, and see that nothing is left behind")
    .argument("[paths...]", "chart folders, .tgz files, folders that contain charts, or globs")
    .option(
      "--filter <text>",
      "only cases whose `chart/case` contains the text or matches the glob; repeatable",
      collect,
    )
    .option(
      "--crds <path>",
      "CustomResourceDefinitions that the charts take for granted: a file, a folder or a glob; repeatable",
      collect,
    )
    .option(
      "--stages <path>",
      "kwok's Stages, which say how further objects become ready: a file, a folder or a glob; repeatable",
      collect,
    )
    .option("--fail-fast", "start no further case after the first that does not pass")
    .option("--jobs <number>", "charts tried at the same time (default: the number of CPUs)", parseJobs)
    .option("--timeout <duration>", "how long one install or uninstall may take", "1m")
    .option("--json", "print one JSON report to stdout, and nothing else there")
    .option("--junit <file>", "also write a JUnit XML report")
    .addHelpText("after", checkHelpEnd)
    .action(action);
}

function addEngine(program: Command, action: (name: EngineAction) => void): void {
  const actions = new Argument(
    "[action]",
    "path prints where it is, build builds it, clean deletes what was built here",
  );
  program
    .command("engine")
    .description("find, build or delete the engine: the program that is the control plane")
    .addArgument(actions.choices(["path", "build", "clean"]).default("path"))
    .action(action);
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}

function parseJobs(value: string): number {
  const jobs = Number(value);
  if (!Number.isInteger(jobs) || jobs < 1) throw new InvalidArgumentError("It must be a whole number of at least 1.");
  return jobs;
}

const checkHelpEnd = `
Without paths, every Chart.yaml below the working directory is checked; sub-charts in \`charts/\` and node_modules are
left out. Each chart is tried with its default values and then with every ci/*-values.yaml, each in a namespace of its
own on one control plane. Warnings are listed and do not fail a chart. Containers are simulated.

examples:
  seatrial check
  seatrial check charts/web --filter 'web/ci/*'
  seatrial check 'charts/*' --jobs 4 --junit report.xml`;

const helpEnd = `
exit codes:
  0  everything passed
  1  a chart is wrong
  2  the command line is wrong, there is nothing to check, or no control plane is up to talk to
  3  it could not be checked: no engine, or it ended; status: no control plane is up;
     doctor: something would stop a boot
  130  interrupted

environment:
  SEATRIAL_ENGINE     path of the engine to use
  SEATRIAL_REUSE      1: \`check\` uses the control plane of \`seatrial up\` when one is up
  SEATRIAL_STATE_DIR  where \`seatrial up\` keeps its state (default: $XDG_STATE_HOME/seatrial or ~/.local/state/seatrial)
  SEATRIAL_CACHE_DIR  where built engines are kept
  NO_COLOR, FORCE_COLOR, CI`;
