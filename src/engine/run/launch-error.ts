import { EngineError } from "../../errors/engine-error.ts";
import type { SeatrialError } from "../../errors/seatrial-error.ts";
import { TimeoutError } from "../../errors/timeout-error.ts";
import { UsageError } from "../../errors/usage-error.ts";
import { lastLines } from "../../process/tail.ts";
import { ERROR_OUTPUT_LINES } from "../../util/defaults.ts";
import { packageRoot } from "../../util/package-root.ts";
import type { ChannelOutcome } from "./control-channel.ts";
import { shortageHint } from "./disk-space.ts";
import { PROTOCOL_VERSION, type StepMessage } from "./protocol.ts";
import type { ProcessEnd } from "./spawn-engine.ts";

/** The facts about a start that failed. */
export interface LaunchFacts {
  enginePath: string;
  afterMs: number;
  steps: StepMessage[];
  outputTail: string[];
  logFile: string | undefined;
  /** Whether the engine had to be killed after the failure, because it did not end by itself. */
  isForced?: boolean | undefined;
  /** A sentence about the disk when a lack of space may be the cause. */
  shortage?: string | undefined;
}

/** How a start failed: by a message of the engine, or by the end of its process. */
export type LaunchFailure = Exclude<ChannelOutcome, { kind: "ready" }> | { kind: "ended"; end: ProcessEnd };

// What the engine names as the failed part when it does not emulate the version that it was started with.
const VERSION_PART = "kubernetes-version";

const rebuildHint = "`npx seatrial engine clean` and `npx seatrial engine build` build a matching engine";
const versionHint = "use one of these versions: Kubernetes emulates the three minor versions before its own";

/** The error for a start that failed: what happened, the last step, the end of the engine's output, what to do. */
export function toLaunchError(failure: LaunchFailure, facts: LaunchFacts): SeatrialError {
  switch (failure.kind) {
    case "ended":
      return exited(failure.end, facts);
    case "failed": {
      const { component, message } = failure.error;
      if (component === VERSION_PART) {
        return new UsageError(message.replace(`${VERSION_PART}: `, ""), { hint: versionHint });
      }
      const first = `The engine's ${component} failed after ${facts.afterMs} ms: ${message}`;
      return toEngineError("SEATRIAL_ENGINE_EXITED", first, facts);
    }
    case "mismatch": {
      const lines = [
        `The engine speaks protocol ${failure.hello.protocol}, this package speaks ${PROTOCOL_VERSION}`,
        `  engine: ${failure.hello.engine} at ${facts.enginePath}`,
        `  package: ${packageRoot}`,
      ];
      return new EngineError("SEATRIAL_ENGINE_PROTOCOL", lines.join("\n"), { hint: rebuildHint });
    }
    case "violation":
      return toEngineError(
        "SEATRIAL_ENGINE_PROTOCOL",
        `The engine violated the protocol: it sent ${failure.what}`,
        facts,
        {
          hint: rebuildHint,
        },
      );
  }
}

/** The error for a start that took too long. */
export function toLaunchTimeout(facts: LaunchFacts): TimeoutError {
  return new TimeoutError({
    waitedMs: facts.afterMs,
    waitingFor: "the engine to be ready",
    facts: describe(facts),
    details: { outputTail: facts.outputTail, enginePath: facts.enginePath },
  });
}

function exited(end: ProcessEnd, facts: LaunchFacts): EngineError {
  const how = end.signal === undefined ? `exit code ${end.exitCode}` : `killed by ${end.signal}`;
  const first = `The engine exited before the control plane was ready: ${how} after ${end.afterMs} ms`;
  const hint = hintFor(end, facts);
  return toEngineError("SEATRIAL_ENGINE_EXITED", first, facts, { hint, exitCode: end.exitCode, signal: end.signal });
}

function hintFor({ signal, exitCode }: ProcessEnd, { steps }: LaunchFacts): string | undefined {
  if (signal === "SIGKILL") return "the usual cause is a lack of memory; the engine needs about 515 MiB";
  // A damaged program crashes, or the C library runs it as a shell script, which does nothing.
  const isDamaged = signal !== undefined && ["SIGSEGV", "SIGBUS", "SIGILL", "SIGTRAP"].includes(signal);
  return isDamaged || (exitCode === 0 && steps.length === 0) ? rebuildHint : undefined;
}

function toEngineError(
  code: "SEATRIAL_ENGINE_EXITED" | "SEATRIAL_ENGINE_PROTOCOL",
  first: string,
  facts: LaunchFacts,
  more: { hint?: string | undefined; exitCode?: number | undefined; signal?: string | undefined } = {},
): EngineError {
  const lines = [first, ...describe(facts).map((line) => `  ${line}`)];
  return new EngineError(code, lines.join("\n"), {
    ...more,
    hint: facts.shortage === undefined ? more.hint : shortageHint,
    outputTail: facts.outputTail,
    logPath: facts.logFile,
  });
}

function describe(facts: LaunchFacts): string[] {
  const step = facts.steps.at(-1);
  const lines = [`last step: ${step === undefined ? "none" : `${step.name} (after ${step.elapsedMs} ms)`}`];
  lines.push(`engine: ${facts.enginePath}`);
  if (facts.shortage !== undefined) lines.push(facts.shortage);
  if (facts.isForced) lines.push("the engine did not end by itself and was killed");
  const shown = lastLines(facts.outputTail, ERROR_OUTPUT_LINES);
  const where = facts.logFile === undefined ? "" : ` of ${facts.logFile}`;
  if (shown.length === 0) lines.push(`output${where}: none`);
  else lines.push(`output${where} (its end):`, ...shown.map((line) => `  ${line}`));
  return lines;
}
