import { EngineError } from "../errors/engine-error.ts";
import type { GuardedEnd, GuardedProcess } from "../process/guarded-process.ts";
import { ERROR_OUTPUT_LINES } from "../util/defaults.ts";

/** A program of a provider. */
export interface NamedProcess {
  provider: string;
  program: string;
  process: GuardedProcess;
}

/** Resolves as `work` does, or rejects with `SEATRIAL_PROVIDER` when one of the programs ends before. */
export function orEnd<Value>(processes: readonly NamedProcess[], work: Promise<Value>): Promise<Value> {
  const ends = processes.map(async (named): Promise<never> => {
    throw toEndError(named, await named.process.ended);
  });
  // The loser of the race must not be reported as an unhandled rejection.
  for (const promise of [work, ...ends]) promise.catch(() => undefined);
  return Promise.race([work, ...ends]);
}

function toEndError({ provider, program, process }: NamedProcess, { exitCode, signal }: GuardedEnd): EngineError {
  const outputTail = process.outputTail(ERROR_OUTPUT_LINES);
  const how = signal === undefined ? `has ended with exit code ${exitCode ?? "unknown"}` : `was ended by ${signal}`;
  const lines = [`${program} of the provider ${provider} ${how}`];
  if (outputTail.length > 0) lines.push("  its last lines:", ...outputTail.map((line) => `    ${line}`));
  return new EngineError("SEATRIAL_PROVIDER", lines.join("\n"), { exitCode, signal, outputTail });
}
