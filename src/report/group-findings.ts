import type { Finding } from "../findings/finding.ts";
import type { TrialError, TrialResult } from "../trial/trial-result.ts";

/** A finding with the steps that came upon it and the cases of one chart in which it came up. */
export interface FindingGroup {
  finding: Finding;
  /** `lint` and `template` often tell the same fault. */
  steps: string[];
  caseNames: string[];
}

/** A step that could not be checked, with the cases in which that happened. */
export interface ErrorGroup {
  step: string;
  error: TrialError;
  caseNames: string[];
}

/** What came up in one chart, each thing once however many cases have it. */
export interface ChartFindings {
  chart: TrialResult["chart"];
  caseCount: number;
  findings: FindingGroup[];
  errors: ErrorGroup[];
}

/**
 * Findings by chart, the same finding of several cases put together, errors before warnings. Charts in which nothing
 * came up are left out. Namespaces differ from case to case and are not told apart.
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
      // Notes name Pods, which have other names in every case.
      const { step, reason: _reason, notes: _notes, ...fault } = shown;
      const group = add(groups, JSON.stringify(fault), { finding: shown, steps: [], caseNames: [] }, trial.case.name);
      if (!group.steps.includes(step)) group.steps.push(step);
      // Lint gives no reason, the step after it may.
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

// The trial's own namespace has a random name, which says nothing to the reader and would keep equal findings apart.
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
