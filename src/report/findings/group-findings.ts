import type { Finding } from "../../findings/finding.ts";
import type { TrialError, TrialResult } from "../../trial/trial-result.ts";
import { addOccurrence, type Occurrences, occurrencesOf, versionsIn } from "./occurrences.ts";

/** A finding of one chart with the steps and the cases that it occurred in. */
export interface FindingGroup {
  finding: Finding;
  /** `lint` and `template` often report the same fault. */
  steps: string[];
  occurrences: Occurrences;
}

/** A step that could not be checked, with the cases that it happened in. */
export interface ErrorGroup {
  step: string;
  error: TrialError;
  occurrences: Occurrences;
}

/** The findings and errors of one chart, each listed once for all of its cases and all versions of Kubernetes. */
export interface ChartFindings {
  chart: TrialResult["chart"];
  /** All cases that were tried. */
  occurrences: Occurrences;
  findings: FindingGroup[];
  errors: ErrorGroup[];
}

/**
 * Findings by chart, errors before warnings; a finding of several cases is one group. Charts without findings are left out.
 * Findings that differ only in the namespace of their case, or in the version of Kubernetes that they name, are equal.
 */
export function groupFindings(trials: readonly TrialResult[]): ChartFindings[] {
  const charts = new Map<string, TrialResult[]>();
  for (const trial of trials) {
    charts.set(trial.chart.path, [...(charts.get(trial.chart.path) ?? []), trial]);
  }
  return [...charts.values()].flatMap((ofChart) => {
    const chart = ofChart[0]?.chart;
    if (chart === undefined) return [];
    const occurrences = occurrencesOf(ofChart.filter(({ isAbsent }) => isAbsent !== true));
    const grouped = { chart, occurrences, findings: findingsOf(ofChart), errors: errorsOf(ofChart) };
    return grouped.findings.length + grouped.errors.length === 0 ? [] : [grouped];
  });
}

function findingsOf(trials: readonly TrialResult[]): FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const trial of trials) {
    for (const finding of trial.steps.flatMap((step) => step.findings)) {
      const shown = withoutVersion(withoutNamespace(finding, trial.namespace), trial);
      // Notes name Pods, whose names differ from case to case.
      const { step, reason: _reason, notes: _notes, ...fault } = shown;
      const group = add(groups, JSON.stringify(fault), { finding: shown, steps: [], occurrences: new Map() }, trial);
      if (!group.steps.includes(step)) group.steps.push(step);
      // Lint gives no reason, but a later step may.
      if (group.finding.reason === undefined) group.finding = shown;
    }
  }
  const all = [...groups.values()].map(withVersions);
  return [...all.filter(({ finding }) => finding.severity === "error"), ...all.filter(isWarning)];
}

function isWarning({ finding }: FindingGroup): boolean {
  return finding.severity === "warning";
}

function errorsOf(trials: readonly TrialResult[]): ErrorGroup[] {
  const groups = new Map<string, ErrorGroup>();
  for (const trial of trials) {
    for (const { name, error } of trial.steps) {
      if (error === undefined) continue;
      add(groups, JSON.stringify([name, error]), { step: name, error, occurrences: new Map() }, trial);
    }
  }
  return [...groups.values()];
}

function add<Group extends { occurrences: Occurrences }>(
  groups: Map<string, Group>,
  key: string,
  group: Group,
  trial: TrialResult,
): Group {
  const known = groups.get(key) ?? group;
  groups.set(key, known);
  addOccurrence(known.occurrences, trial);
  return known;
}

// A trial's namespace has a random name, which means nothing to the reader and would make equal findings different.
function withoutNamespace(finding: Finding, namespace: string): Finding {
  if (namespace === "") return finding;
  const copy: Finding = { ...finding, message: finding.message.replaceAll(namespace, "<namespace>") };
  if (finding.notes !== undefined) copy.notes = finding.notes.map((note) => note.replaceAll(namespace, "<namespace>"));
  if (copy.object?.namespace === namespace) {
    const { namespace: _own, ...object } = copy.object;
    copy.object = object;
  }
  return copy;
}

const VERSION = "Kubernetes <version>";

// A message may name the version, as that of a kind that is not served there.
function withoutVersion(finding: Finding, { kubernetesVersion }: TrialResult): Finding {
  if (kubernetesVersion === undefined) return finding;
  return replaceIn(finding, `Kubernetes ${kubernetesVersion}`, VERSION);
}

function withVersions(group: FindingGroup): FindingGroup {
  const versions = versionsIn(group.occurrences);
  if (versions.length === 0) return group;
  return { ...group, finding: replaceIn(group.finding, VERSION, `Kubernetes ${versions.join(", ")}`) };
}

function replaceIn(finding: Finding, from: string, to: string): Finding {
  const copy: Finding = { ...finding, message: finding.message.replaceAll(from, to) };
  if (finding.hint !== undefined) copy.hint = finding.hint.replaceAll(from, to);
  return copy;
}
