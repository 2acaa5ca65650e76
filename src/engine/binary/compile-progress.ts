/** How far a compilation is. */
export interface CompileEstimate {
  done: number;
  total: number;
  fraction: number;
  remainingMs?: number;
}

// A smaller part says too little about the rest.
const minFraction = 0.05;
const minElapsedMs = 5000;
// The linker works after the last package, about as long for any build.
const linkMs = 10_000;

/**
 * Estimates the rest of a compilation from the packages that it has begun and their weights: packages of thousands of lines
 * take longer than those of ten. The parts that are not compiled yet are expected to go as fast as those before.
 */
export class CompileProgress {
  readonly #weights: ReadonlyMap<string, number>;
  readonly #totalWeight: number;
  readonly #now: () => number;
  readonly #startedAt: number;
  #done = 0;
  #doneWeight = 0;

  constructor(weights: ReadonlyMap<string, number>, now: () => number = () => performance.now()) {
    this.#weights = weights;
    this.#totalWeight = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
    this.#now = now;
    this.#startedAt = now();
  }

  /** Whether the line is the name of a package to compile; it is counted then. */
  begin(line: string): boolean {
    const weight = this.#weights.get(line);
    if (weight === undefined) return false;
    this.#done++;
    this.#doneWeight += weight;
    return true;
  }

  get isComplete(): boolean {
    return this.#done >= this.#weights.size;
  }

  get estimate(): CompileEstimate {
    const fraction = this.isComplete ? 1 : this.#doneWeight / this.#totalWeight;
    const counts = { done: this.#done, total: this.#weights.size, fraction };
    const elapsedMs = this.#now() - this.#startedAt;
    if (this.isComplete || fraction < minFraction || elapsedMs < minElapsedMs) return counts;
    return { ...counts, remainingMs: Math.round((elapsedMs * (1 - fraction)) / fraction) + linkMs };
  }
}
