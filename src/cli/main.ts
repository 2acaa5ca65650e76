import { CommanderError } from "commander";
import { SeatrialError } from "../errors/seatrial-error.ts";
import { readPackageVersion } from "../util/package-root.ts";
import { toReportedError } from "../util/reported-error.ts";
import { toPrintableMessage } from "../util/text/printable.ts";
import { exitCodeOfError, exitCodes } from "./exit-code.ts";
import { type Commands, makeProgram } from "./program.ts";
import { isTool } from "./tools.ts";

/**
 * Runs the command that `args` (without node and the script) name and resolves with the exit code. Never rejects: errors are
 * printed to stderr.
 */
export async function main(args: readonly string[]): Promise<number> {
  tolerateClosedPipe();
  // An engine that dies closes the last open handle: Node would exit, with code 0, while its answer is awaited.
  const keepAlive = setInterval(() => {}, 2 ** 30);
  process.exitCode = exitCodes.couldNotCheck;
  try {
    const [name, ...rest] = args;
    if (isTool(name)) return await (await import("./commands/passthrough.ts")).passthrough(name, rest);
    return await runCommand(args);
  } catch (thrown) {
    const error = toReportedError(thrown);
    // Commander has printed its own errors.
    if (!(error instanceof CommanderError)) console.error(toPrintableMessage(describeError(error)));
    return exitCodeOfError(error);
  } finally {
    clearInterval(keepAlive);
  }
}

// Each command is loaded when it is called: the Kubernetes client alone takes longer to load than most commands run.
const commands: Commands = {
  check: async (paths, options) => (await import("./commands/check.ts")).check(paths, options),
  diff: async (paths, options) => (await import("./commands/diff.ts")).diff(paths, options),
  values: async (paths, options) => (await import("./commands/values.ts")).values(paths, options),
  images: async (paths, options) => (await import("./commands/images.ts")).images(paths, options),
  mergeReports: async (files, options) => (await import("./commands/merge-reports.ts")).mergeReports(files, options),
  up: async (options) => (await import("./commands/up.ts")).up(options),
  down: async () => (await import("./commands/down.ts")).down(),
  status: async (options) => (await import("./commands/status.ts")).status(options),
  env: async (options) => (await import("./commands/env.ts")).env(options),
  engine: async (action, options) => (await import("./commands/engine.ts")).engine(action, options),
  types: async (paths, options) => (await import("./commands/types.ts")).types(paths, options),
  doctor: async (options) => (await import("./commands/doctor.ts")).doctor(options),
};

async function runCommand(args: readonly string[]): Promise<number> {
  let exitCode: Promise<number> = Promise.resolve(exitCodes.passed);
  const program = makeProgram(readPackageVersion(), commands, (running) => {
    exitCode = running;
  });
  await program.parseAsync(args, { from: "user" });
  return exitCode;
}

function describeError(error: unknown): string {
  if (error instanceof SeatrialError && error.code === "SEATRIAL_CANCELLED") return "interrupted";
  if (error instanceof SeatrialError) return `error: ${error.message}`;
  // A bug in seatrial, so everything that helps to find it.
  return `error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

// `seatrial check | head`: nobody reads the rest. The work continues, and the exit code is that of its result.
function tolerateClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
