import type { Finding } from "../findings/finding.ts";
import { formatShard } from "../trial/shard/shard.ts";
import type { StepResult, SuiteResult, TrialError, TrialResult } from "../trial/trial-result.ts";
import { escapeControls } from "../util/text/printable.ts";
import { caseLabel } from "./case-label.ts";
import { makeChartKey } from "./chart-label.ts";
import { location, objectLabel } from "./findings/findings.ts";
import { notTested } from "./summary.ts";

type ChartKey = ReturnType<typeof makeChartKey>;

/**
 * The run as JUnit XML, as GitLab, Jenkins and GitHub actions read it: one `<testsuite>` for each chart, one `<testcase>`
 * for each step of each case. A failed step has a `<failure>`, a step that could not be checked an `<error>`, a step that was
 * not run `<skipped>`. Warnings are in `<system-out>`. Times are in seconds. Charts of one name have their paths as names.
 */
export function toJunit(suite: SuiteResult): string {
  const charts = Map.groupBy(suite.trials, (trial) => trial.chart.path);
  const steps = suite.trials.flatMap((trial) => trial.steps);
  const keyOf = makeChartKey(suite.trials);
  const suites = [...charts.values()].flatMap((trials) => chartSuite(trials, suite, keyOf));
  const { failedShards = [] } = suite;
  const failures = failedShards.flatMap(({ shard, error }) =>
    failedSuite([formatShard(shard), "the whole shard"], error, suite.startedAt),
  );
  const own = totals(steps);
  const all = {
    ...own,
    tests: `${steps.length + failedShards.length}`,
    errors: `${Number(own.errors) + failedShards.length}`,
  };
  return toDocument({ ...all, time: seconds(suite.durationMs) }, [...suites, ...failures]);
}

/** The report of a run that could not start: one `<testcase>` with an `<error>`, so that no reader takes it for a success. */
export function toJunitFailure(error: TrialError, startedAt: string, durationMs: number): string {
  const counts = { tests: "1", failures: "0", errors: "1", skipped: "0", time: seconds(durationMs) };
  return toDocument(counts, failedSuite(["seatrial", "the run could not start"], error, startedAt, durationMs));
}

function failedSuite(
  [classname, name]: readonly [string, string],
  error: TrialError,
  startedAt: string,
  durationMs = 0,
): string[] {
  const time = seconds(durationMs);
  const counts = { tests: "1", failures: "0", errors: "1", skipped: "0", time };
  return [
    `  <testsuite ${attributes({ name: classname, ...counts, timestamp: startedAt })}>`,
    `    <testcase ${attributes({ classname, name, time })}>`,
    ...errorElement(error),
    "    </testcase>",
    "  </testsuite>",
  ];
}

function toDocument(counts: Record<string, string>, suites: readonly string[]): string {
  const open = `<testsuites name="seatrial" ${attributes(counts)}>`;
  return `${['<?xml version="1.0" encoding="UTF-8"?>', open, ...suites, "</testsuites>"].join("\n")}\n`;
}

function chartSuite(trials: readonly TrialResult[], suite: SuiteResult, keyOf: ChartKey): string[] {
  const chart = trials[0]?.chart ?? { name: "", version: "", path: "" };
  const steps = trials.flatMap((trial) => trial.steps);
  const time = seconds(trials.reduce((sum, trial) => sum + trial.durationMs, 0));
  const { kubernetes, helm } = suite.versions;
  const asked = [...new Set(trials.flatMap(({ kubernetesVersion }) => kubernetesVersion ?? []))];
  const version = asked.length > 1 ? asked.join(", ") : kubernetes;
  const properties = { "chart.version": chart.version, "kubernetes.version": version, "helm.version": helm };
  const cluster = suite.cluster === undefined ? {} : { cluster: suite.cluster };
  return [
    `  <testsuite ${attributes({ name: keyOf(chart), ...totals(steps), time, timestamp: suite.startedAt, file: chart.path })}>`,
    "    <properties>",
    ...Object.entries({ ...cluster, ...properties }).map(
      ([name, value]) => `      <property ${attributes({ name, value })}/>`,
    ),
    ...waited(trials),
    ...notTested(suite).map((value) => `      <property ${attributes({ name: "not-tested", value })}/>`),
    "    </properties>",
    ...trials.flatMap((trial) => trial.steps.flatMap((step) => stepCase(trial, step, keyOf(chart)))),
    "  </testsuite>",
  ];
}

function stepCase(trial: TrialResult, step: StepResult, classname: string): string[] {
  const name = `${caseLabel(trial)}: ${step.name}`;
  const open = `    <testcase ${attributes({ classname, name, time: seconds(step.durationMs) })}`;
  const body = [...outcome(step), ...warnings(step)];
  return body.length === 0 ? [`${open}/>`] : [`${open}>`, ...body, "    </testcase>"];
}

function outcome(step: StepResult): string[] {
  const errors = step.findings.filter((finding) => finding.severity === "error");
  switch (step.verdict) {
    case "failed": {
      const type = errors[0]?.reason ?? "Failed";
      const message = errors.length === 1 ? firstLine(errors[0]) : `${errors.length} errors: ${firstLine(errors[0])}`;
      return [
        `      <failure ${attributes({ type, message })}>${escapeXml(errors.map(toText).join("\n\n"))}</failure>`,
      ];
    }
    case "errored":
      return errorElement(step.error ?? { code: "", message: "" });
    case "skipped":
      return [`      <skipped ${attributes({ message: step.reason ?? "not run" })}/>`];
    default:
      return [];
  }
}

// JUnit has no attribute for time that is not a part of a test.
function waited(trials: readonly TrialResult[]): string[] {
  const waitedMs = trials.reduce((sum, trial) => sum + trial.waitedMs, 0);
  const value = seconds(waitedMs);
  return value === "0.000" ? [] : [`      <property ${attributes({ name: "waited.seconds", value })}/>`];
}

function errorElement({ code, message }: TrialError): string[] {
  const summary = message.split("\n")[0] ?? "";
  return [`      <error ${attributes({ type: code, message: summary })}>${escapeXml(message)}</error>`];
}

function warnings(step: StepResult): string[] {
  const found = step.findings.filter((finding) => finding.severity === "warning");
  return found.length === 0 ? [] : [`      <system-out>${escapeXml(found.map(toText).join("\n\n"))}</system-out>`];
}

function firstLine(finding: Finding | undefined): string {
  if (finding === undefined) return "";
  const object = objectLabel(finding.object);
  const message = finding.message.split("\n")[0] ?? "";
  return object === "" ? message : `${object}: ${message}`;
}

function toText(finding: Finding): string {
  const rows: [string, string | undefined][] = [
    ["object", objectLabel(finding.object) || undefined],
    ["field", finding.field],
    ["reason", finding.reason],
    ["at", location(finding)],
    ...(finding.notes ?? []).map((note): [string, string] => ["note", note]),
    ["hint", finding.hint],
  ];
  const facts = rows.flatMap(([label, value]) => (value === undefined ? [] : [`  ${label}: ${value}`]));
  return [`${finding.severity}: ${finding.message}`, ...facts].join("\n");
}

function totals(steps: readonly StepResult[]): Record<string, string> {
  const count = (verdict: StepResult["verdict"]) => `${steps.filter((step) => step.verdict === verdict).length}`;
  return { tests: `${steps.length}`, failures: count("failed"), errors: count("errored"), skipped: count("skipped") };
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function attributes(values: Record<string, string>): string {
  return Object.entries(values)
    .map(
      ([name, value]) =>
        `${name}="${escapeXml(value)
          .replaceAll('"', "&quot;")
          .replace(/[\t\r\n]/g, (space) => `&#${space.charCodeAt(0)};`)}"`,
    )
    .join(" ");
}

/** Escapes text for XML 1.0. Control characters, most of which XML 1.0 cannot contain, are shown as `\u001b`. */
export function escapeXml(text: string): string {
  return escapeControls(text)
    .replace(/[\ufffe\uffff]/g, "\ufffd")
    .toWellFormed()
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
