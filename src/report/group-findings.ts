import type { Finding } from "../findings/finding.ts";
import type { TrialError, TrialResult } from "../trial/trial-result.ts";

/** A finding of one chart with the steps and the cases that it occurred in. */
export interface FindingGroup {
  finding: Finding;
  /** `lint` and `template` often report the same fault. */
  steps: string[];
  caseNames: string[];
}

/** A step that could not be checked, with the cases that it happened in. */
export interface ErrorGroup {
  step: string;
  error: TrialError;
  caseNames: string[];
}

/** The findings and errors of one chart, each listed once for all of its cases. */
export interface ChartFindings {
  chart: TrialResult["chart"];
  caseCount: number;
  findings: FindingGroup[];
  errors: ErrorGroup[];
}

/**
 * Findings by chart, errors before warnings; a finding of several cases is one group. Charts without findings are left out.
 * Findings that differ only in the namespace of their case are equal.
 */
export function groupFindings(trials: readonly TrialResult[]): ChartFindings[] {
  const charts = new Map<string, TrialResult[]>();
  for (const trial of trials) {
    charts.set(trial.chart.path, [...(charts.get(trial.chart.path) ?? []), trial]);
  }
  return [...charts.values()].flatMap((ofChart) => {
    const chart = ofChart[0]?.chart;
    if (chart === undefined) return [];
    const grouped = { chart, caseCount: ofChart.length, findings: findingsOf(ofChart), errors: errorsOf(ofChart) };
    return grouped.findings.length + grouped.errors.length === 0 ? [] : [grouped];
  });
}

function findingsOf(trials: readonly TrialResult[]): FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const trial of trials) {
    for (const finding of trial.steps.flatMap((step) => step.findings)) {
      const shown = withoutNamespace(finding, trial.namespace);
      // Notes name Pods, whose names differ from case to case.
      const { step, reason: _reason, notes: _notes, ...fault } = shown;
      const group = add(groups, JSON.stringify(fault), { finding: shown, steps: [], caseNames: [] }, trial.case.name);
      if (!group.steps.includes(step)) group.steps.push(step);
      // Lint gives no reason, but a later step may.
      if (group.finding.reason === undefined) group.finding = shown;
    }
  }
  const all = [...groups.values()];
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
      add(groups, JSON.stringify([name, error]), { step: name, error, caseNames: [] }, trial.case.name);
    }
  }
  return [...groups.values()];
}

function add<Group extends { caseNames: string[] }>(
  groups: Map<string, Group>,
  key: string,
  group: Group,
  caseName: string,
): Group {
  const known = groups.get(key) ?? group;
  groups.set(key, known);
  if (!known.caseNames.includes(caseName)) known.caseNames.push(caseName);
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
