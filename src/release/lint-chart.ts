import { duplicateValues } from "../findings/duplicate-values.ts";
import { errorFindings, type Finding } from "../findings/finding.ts";
import { warningFindings } from "../findings/helm-findings.ts";
import { trackCall, withSignal } from "../util/call-group.ts";
import { orChartFailure } from "./chart-failure.ts";
import { openChartCall } from "./chart-request.ts";
import type { OptionsFor } from "./chart-values.ts";
import type { LintOptions } from "./options.ts";
import type { LintMessage, LintResult } from "./results.ts";

/**
 * Lints a chart with Helm's rules, by default for the control plane's Kubernetes version. A chart with faults is a result;
 * rejects with `SEATRIAL_CHART_LOAD` for a path that is not a chart.
 */
export function lintChart<const Path extends string>(
  chart: Path,
  options?: OptionsFor<Path, LintOptions>,
): Promise<LintResult> {
  const given: LintOptions = options ?? {};
  return trackCall(given.signal, (signal) => lint(chart, withSignal(given, signal)));
}

async function lint(chart: string, options: LintOptions): Promise<LintResult> {
  const startedAt = performance.now();
  await using call = await openChartCall("lintChart", chart, options);
  const { plane, request } = call;
  const { strict, withSubcharts, signal, namespace, kubeVersion = plane.versions.kubernetes } = options;
  const linting = plane.helm.lint({ ...request, namespace, kubeVersion, strict, withSubcharts }, { signal });
  const { messages, warnings } = await orChartFailure(linting, "lint", `Linting ${chart}`);
  const ofRules = messages.flatMap((message) => toFinding(message, call.chartName, strict === true));
  const repeated = await duplicateValues(request.chart, call.chartName, request.valueFiles ?? []);
  const findings = [...ofRules, ...warningFindings(warnings, "lint"), ...repeated];
  return {
    passed: errorFindings(findings).length === 0,
    findings,
    messages,
    durationMs: Math.round(performance.now() - startedAt),
  };
}

function toFinding(message: LintMessage, chartName: string, strict: boolean): Finding[] {
  if (message.severity === "info") return [];
  const severity = message.severity === "error" || strict ? "error" : "warning";
  // Lint reports the path inside the chart; everything else in Helm starts with the chart's name.
  const isFile = message.path !== "" && message.path !== ".";
  const template = message.file ?? (isFile ? `${chartName}/${message.path}` : undefined);
  const location = {
    ...(template === undefined ? {} : { template }),
    ...(message.line === undefined ? {} : { line: message.line }),
  };
  return violationsIn(message.message).map((text) => ({ severity, step: "lint", message: text, ...location }));
}

// Helm's lint lists all violations of a schema in one message, below the name of the chart or without it.
function violationsIn(message: string): string[] {
  const parts = message.trimEnd().split(/\n(?=- at ')/);
  const violations = parts.filter((part) => part.startsWith("- at '"));
  if (violations.length === 0) return [message.trimEnd()];
  return violations.map((violation) => violation.slice("- ".length).replace(/\n[^\s:]+:$/, ""));
}
