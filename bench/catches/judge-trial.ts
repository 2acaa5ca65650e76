import type { ObjectRef } from "../../src/errors/finding.ts";
import type { Finding } from "../../src/findings/finding.ts";
import type { JsonTrial } from "../../src/report/json.ts";
import { isField } from "./field-match.ts";
import { NAMESPACE, type SeededChart } from "./seeded-chart.ts";
import type { Outcome } from "./verdict.ts";

/** What seatrial reports about a chart. */
export interface SeatrialReport {
  verdict: JsonTrial["verdict"];
  findings: Pick<Finding, "severity" | "message" | "reason" | "object" | "field" | "template" | "notes" | "step">[];
  /** Facts about rights. */
  rights: { reason: string; message: string; object?: ObjectRef; field?: string }[];
  /** Why a step could not be checked. */
  errors: string[];
}

/** Judges what seatrial reports about a chart, and not about the same chart without the fault. */
export function judgeTrial(chart: SeededChart, report: SeatrialReport, base: SeatrialReport | undefined): Outcome {
  const known = new Set(base?.findings.map(identify));
  const findings = report.findings
    .filter((finding) => !known.has(identify(finding)))
    .filter(({ step }) => chart.steps?.includes(step) !== false);
  const knownRights = new Set(base?.rights.map(identify));
  const rights = report.rights.filter((right) => !knownRights.has(identify(right)));
  const errors = findings.filter(({ severity }) => severity === "error");
  const said = [...findings.map(describe), ...rights.map(describe), ...report.errors];
  const judge = (): Outcome["verdict"] => {
    switch (chart.answer) {
      case "nothing":
        return report.verdict === "passed" && findings.length === 0 ? "quiet" : "alarm";
      case "error":
        if (errors.length > 0) return howPrecise(chart, errors);
        return findings.some((finding) => namesObject(chart, finding)) || report.verdict === "errored"
          ? "weaker"
          : "missed";
      case "warning":
        if (findings.length > 0) return howPrecise(chart, findings);
        return report.verdict === "errored" ? "weaker" : "missed";
      case "fact":
        return rights.length > 0 ? howPrecise(chart, rights) : findings.length > 0 ? "weaker" : "missed";
      case "not-checked":
        if (report.verdict !== "errored") return errors.length > 0 ? "weaker" : "missed";
        return report.errors.some((text) => namesAnything(chart, text)) ? "field" : "vague";
    }
  };
  return { verdict: judge(), said };
}

type Reported = Partial<SeatrialReport["findings"][number]>;

function howPrecise(chart: SeededChart, reported: readonly Reported[]): Outcome["verdict"] {
  const named = reported.filter((one) => namesObject(chart, one));
  const { field } = chart.place;
  if (named.some((one) => field === undefined || (one.field !== undefined && isField(one.field, field))))
    return "field";
  return named.length > 0 ? "object" : "vague";
}

function namesObject({ place, names }: SeededChart, { object, template = "", message = "" }: Reported): boolean {
  const { kind, file } = place;
  if (kind === undefined) {
    // Findings about values and Chart.yaml have no template; those about templates have one.
    return template.endsWith(file) || message.includes(file) || !file.startsWith("templates/");
  }
  // Without a name, the template is what finds the object.
  if (object === undefined || object.name === "") return template.endsWith(file);
  const isNamed = names.length === 0 || names.some((name) => isOrBeginsWith(object.name, name));
  return isNamed && (object.kind === kind || object.kind === "Pod");
}

// Pods have the name of their owner, and more.
function isOrBeginsWith(actual: string, name: string): boolean {
  const [before = "", after] = name.split(NAMESPACE);
  if (after !== undefined) return actual.startsWith(before) && actual.endsWith(after);
  return actual === name || actual.startsWith(`${name}-`);
}

function namesAnything({ place, names }: SeededChart, text: string): boolean {
  const { kind, file } = place;
  if (kind === undefined) return true;
  return names.some((name) => text.includes(name)) || text.includes(kind) || text.includes(file);
}

// Names of Pods and namespaces differ from run to run.
function identify({ reason, object, field, message }: Reported): string {
  const text = message?.replaceAll(/\b[a-z0-9-]*[0-9][a-z0-9-]*\b/g, "*");
  return JSON.stringify([reason, object?.kind, field, text]);
}

function describe({ severity, reason, object, field, message }: Reported): string {
  const what = object === undefined ? [] : [`${object.kind}/${object.name}`];
  return [severity ?? "fact", reason, ...what, field, message].filter((part) => part !== undefined).join(" · ");
}
