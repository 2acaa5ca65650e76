import type { TrialPlan } from "./plan-trials.ts";

/**
 * The trials of a run that have not started. A worker goes through the cases of one chart, which stays in the memory of
 * its chart worker; when no chart is left, it takes cases of the charts of others.
 */
export class TrialQueue {
  readonly #waiting: Map<string, TrialPlan[]>;
  readonly #begun = new Set<string>();
  readonly #divides: boolean;

  /** @param options.divides Whether several workers may take cases of one chart. */
  constructor(plans: readonly TrialPlan[], { divides }: { divides: boolean }) {
    this.#waiting = Map.groupBy(plans, ({ chartPath }) => chartPath);
    this.#divides = divides;
  }

  /** How many workers can have a trial at the same time. */
  get width(): number {
    return this.#divides ? [...this.#waiting.values()].flat().length : this.#waiting.size;
  }

  /** The next trial for a worker whose last trial was of the chart at this path; `undefined` when none is left for it. */
  take(chartPath?: string): TrialPlan | undefined {
    const chosen = this.#casesLeft(chartPath) ?? this.#newChart() ?? (this.#divides ? this.#longest() : undefined);
    const plan = chosen?.shift();
    if (plan !== undefined) this.#begun.add(plan.chartPath);
    return plan;
  }

  #casesLeft(chartPath: string | undefined): TrialPlan[] | undefined {
    const cases = chartPath === undefined ? undefined : this.#waiting.get(chartPath);
    return cases?.length === 0 ? undefined : cases;
  }

  #newChart(): TrialPlan[] | undefined {
    return [...this.#waiting].find(([chartPath]) => !this.#begun.has(chartPath))?.[1];
  }

  #longest(): TrialPlan[] | undefined {
    return [...this.#waiting.values()].toSorted((one, other) => other.length - one.length)[0];
  }
}
