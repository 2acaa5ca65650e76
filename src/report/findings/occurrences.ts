import type { TrialResult } from "../../trial/trial-result.ts";

/** The cases that something occurred in, each with the versions of Kubernetes that were asked for. */
export type Occurrences = Map<string, Set<string>>;

const maxCaseNames = 5;

export function addOccurrence(occurrences: Occurrences, { case: { name }, kubernetesVersion }: TrialResult): void {
  const versions = occurrences.get(name) ?? new Set();
  if (kubernetesVersion !== undefined) versions.add(kubernetesVersion);
  occurrences.set(name, versions);
}

/** All cases of a chart. */
export function occurrencesOf(trials: readonly TrialResult[]): Occurrences {
  const all: Occurrences = new Map();
  for (const trial of trials) addOccurrence(all, trial);
  return all;
}

export function versionsIn(occurrences: Occurrences): string[] {
  return [...new Set([...occurrences.values()].flatMap((versions) => [...versions]))];
}

/** Labels for the report: which cases, and which versions; nothing where it is all there are. */
export interface OccurrenceLabels {
  cases?: string;
  versions?: string;
}

/** Names the cases and versions of `found` among those of `all`. */
export function occurrenceLabels(found: Occurrences, all: Occurrences): OccurrenceLabels {
  const versions = versionsIn(found);
  const isEverywhere = versions.length === versionsIn(all).length;
  // Each case on the same versions, unless a version excludes the case.
  const isUniform = [...found].every(([name, own]) => own.size === Math.min(versions.length, all.get(name)?.size ?? 0));
  const labels: OccurrenceLabels = {};
  if (all.size > 1 || !isUniform) labels.cases = casesLabel(found, all, isUniform);
  if (!isEverywhere && isUniform) labels.versions = versions.join(", ");
  return labels;
}

function casesLabel(found: Occurrences, all: Occurrences, isUniform: boolean): string {
  if (found.size === all.size && isUniform) return `all ${all.size}`;
  const names = [...found].map(([name, versions]) => (isUniform ? name : `${name} (${[...versions].join(", ")})`));
  const shown = names.slice(0, maxCaseNames).join(", ");
  return names.length > maxCaseNames ? `${shown} and ${names.length - maxCaseNames} more` : shown;
}
