import { readFileSync } from "node:fs";
import { EngineError } from "../../errors/engine-error.ts";

/**
 * The address space that an engine reserves, in bytes, nearly all of it for etcd's file of at most 10 GiB, which is mapped as a
 * whole. Memory that is reserved and not used costs nothing.
 */
export const NEEDED_ADDRESS_SPACE_BYTES = 12 * 2 ** 30;

/** How to raise a limit of the address space, for people. */
export const addressSpaceHint = "raise the limit with `ulimit -v unlimited`; to limit memory, use a control group";

/** The soft limit in a text like /proc/self/limits, in bytes; `undefined` without a limit. */
export function parseAddressSpaceLimit(limits: string): number | undefined {
  const soft = /^Max address space\s+(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? undefined : Number(soft);
}

/** A sentence about a limit of the address space that is too low for an engine, else `undefined`. */
export function describeAddressSpace(limitBytes: number | undefined): string | undefined {
  if (limitBytes === undefined || limitBytes >= NEEDED_ADDRESS_SPACE_BYTES) return undefined;
  const [limit, needed] = [limitBytes, NEEDED_ADDRESS_SPACE_BYTES].map((bytes) => Math.floor(bytes / 2 ** 20));
  return `the address space of a process is limited to ${limit} MiB (ulimit -v); an engine needs about ${needed} MiB`;
}

/** Throws `SEATRIAL_ENGINE_NOT_EXECUTABLE` when this process has less address space than an engine needs. */
export function checkAddressSpace(enginePath: string): void {
  const problem = describeAddressSpace(readOwnLimit());
  if (problem === undefined) return;
  throw new EngineError("SEATRIAL_ENGINE_NOT_EXECUTABLE", `The engine at ${enginePath} cannot be started: ${problem}`, {
    hint: addressSpaceHint,
  });
}

// Only Linux has this file; other systems do not enforce such a limit on memory that is only reserved.
function readOwnLimit(): number | undefined {
  try {
    return parseAddressSpaceLimit(readFileSync("/proc/self/limits", "utf8"));
  } catch {
    return undefined;
  }
}
