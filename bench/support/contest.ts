import { type Statistics, statistics } from "./statistics.ts";

/** One of the compared alternatives. */
export interface Contender {
  name: string;
  /** Does the work once and resolves with its milliseconds, without those of preparation and cleaning up. */
  run(): Promise<number>;
}

/** The figures of a contender, in milliseconds. */
export interface ContestRow extends Statistics {
  name: string;
}

/** How often each contender runs. */
export interface ContestOptions {
  runs: number;
  /** How many runs are not measured, at the beginning. @default 1 */
  warmups?: number | undefined;
  /** How many measured runs a contender does before it is the turn of the next one. @default 1 */
  burst?: number | undefined;
}

/**
 * Runs the contenders in turns, so that other work on the machine affects all of them equally. A different one begins in each
 * round.
 */
export async function contest(contenders: readonly Contender[], options: ContestOptions): Promise<ContestRow[]> {
  const { runs, warmups = 1, burst = 1 } = options;
  const measured = new Map<Contender, number[]>(contenders.map((contender) => [contender, []]));
  for (let round = -warmups; round < runs; round++) {
    const order = round % 2 === 0 ? contenders : contenders.toReversed();
    for (const contender of order) {
      for (let count = 0; count < burst; count++) {
        const elapsedMs = await contender.run();
        if (round >= 0) measured.get(contender)?.push(elapsedMs);
      }
    }
  }
  return contenders.map((contender) => ({ name: contender.name, ...statistics(measured.get(contender) ?? []) }));
}

/** Resolves with the milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
