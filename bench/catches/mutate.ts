import type { Place } from "./fault.ts";
import type { GroupedFault } from "./faults/all-faults.ts";
import type { Subject } from "./subjects.ts";
import type { ChartText } from "./template/chart-text.ts";

/** A chart with one fault. */
export interface Mutant {
  /** Unique: `service-selects-nothing`, with several places `service-selects-nothing@web`. */
  id: string;
  fault: GroupedFault;
  subject: Subject;
  chart: ChartText;
  place: Place;
}

/**
 * Puts each fault into the first `places` charts that have a place for it. Equal inputs give equal charts. Throws if a fault finds
 * no place, or changes nothing: nobody would notice that it is not tried.
 */
export function mutate(
  faults: readonly GroupedFault[],
  subjects: readonly Subject[],
  { places = 1 }: { places?: number } = {},
): Mutant[] {
  const mutants: Mutant[] = [];
  const homeless: string[] = [];
  for (const fault of faults) {
    const found = findPlaces(fault, subjects, places);
    if (found.length === 0) homeless.push(fault.id);
    mutants.push(...found.map((one) => (places === 1 ? one : { ...one, id: `${one.id}@${one.subject.name}` })));
  }
  if (homeless.length > 0) {
    throw new Error(
      `${homeless.length} kinds of fault find no place in ${subjects.length} charts: ${homeless.join(", ")}`,
    );
  }
  return mutants;
}

function findPlaces(fault: GroupedFault, subjects: readonly Subject[], places: number): Mutant[] {
  const found: Mutant[] = [];
  for (const subject of subjects) {
    if (found.length === places) break;
    const chart = subject.chart.copy();
    const place = fault.apply(chart);
    if (place === undefined) continue;
    if (isSame(chart, subject.chart)) throw new Error(`the fault ${fault.id} changes nothing in ${subject.name}`);
    found.push({ id: fault.id, fault, subject, chart, place });
  }
  return found;
}

function isSame(one: ChartText, other: ChartText): boolean {
  return (
    one.files.size === other.files.size &&
    [...one.files].every(([file, text]) => other.files.get(file)?.equals(text) === true)
  );
}
