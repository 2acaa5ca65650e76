import { type Statistics, statistics } from "./statistics.ts";

/** One of the ways that are compared. */
export interface Contender {
  name: string;
  /** Does the work once and resolves with its duration in milliseconds, without preparing and cleaning up. */
  run(): Promise<number>;
}

/** A contender's figures, in milliseconds. */
export interface ContestRow extends Statistics {
  name: string;
}

/** How often each contender runs. */
export interface ContestOptions {
  runs: number;
  /** Runs before the measured runs. @default 1 */
  warmups?: number | undefined;
  /** How often a contender works, each time measured, before the next one's turn. @default 1 */
  burst?: number | undefined;
}

/**
 * Runs the contenders by turns, so that other work of the machine affects all of them alike. Each round starts with
 * another contender.
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

/** The milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
