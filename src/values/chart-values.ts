import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { toReleaseName } from "../chart/chart.ts";
import { parseYaml } from "../chart/yaml.ts";
import { hasEngineEnded } from "../diff/diff-case.ts";
import { type DiffInputs, type Renderer, renderVersion } from "../diff/render-version.ts";
import { ChartError } from "../errors/chart-error.ts";
import type { Finding } from "../findings/finding.ts";
import { divideFindings, type JudgingRules } from "../findings/rules/judge-findings.ts";
import type { HelmTemplateAnswer } from "../helm/types.ts";
import { toMissingPrerequisite } from "../trial/missing-prerequisite.ts";
import type { TrialPlan } from "../trial/plan-trials.ts";
import { prepareChart } from "../trial/prepare-chart.ts";
import { toTrialError } from "../trial/step-runner.ts";
import type { Verdict } from "../trial/verdict.ts";
import { throwIfAborted } from "../util/race.ts";
import { CaseProbe, type ProbedCase } from "./case-probe.ts";
import { ReadIndex } from "./read-index.ts";
import { schemaDrift } from "./schema-drift.ts";
import { type KnownInputs, unknownValues, unusedValues, type ValuesFile } from "./unused-values.ts";
import type { ChartValues, ValuesCase } from "./values-result.ts";

/** How values are judged. */
export interface ValuesHow {
  renderer: Renderer;
  inputs: DiffInputs;
  rules: JudgingRules;
}

const DEFAULTS_ALONE = "the default values alone do not render, and the chart has values files in ci/";
const LIBRARY = "a library chart renders nothing";

/** Judges the values of a chart, whose cases these are. Rejects with `SEATRIAL_CANCELLED`, and when the engine has ended. */
export async function chartValues(plans: readonly TrialPlan[], how: ValuesHow): Promise<ChartValues> {
  const { chart, chartPath, isLibrary } = plans[0] as TrialPlan;
  const nothing = { chart, findings: [], allowed: [], notes: [] };
  const each = (more: Omit<ValuesCase, "name">) => plans.map((plan) => ({ name: plan.case.name, ...more }));
  if (isLibrary)
    return { ...nothing, verdict: "skipped", cases: each({ verdict: "skipped", reason: LIBRARY }), notes: [LIBRARY] };
  try {
    await using prepared = await prepareChart(how.renderer, chartPath, chart.path, how.renderer.signal);
    return await judge(plans, prepared.path, how);
  } catch (error) {
    throwIfEnded(error, how);
    return { ...nothing, verdict: "errored", cases: each({ verdict: "errored", error: toTrialError(error) }) };
  }
}

async function judge(plans: readonly TrialPlan[], path: string, how: ValuesHow): Promise<ChartValues> {
  const { chart } = plans[0] as TrialPlan;
  const tried: TriedCase[] = [];
  for (const plan of plans) tried.push(await tryCase(plan, path, how));
  const cases = tried.map(({ shown }) => shown);
  const rendered = tried.filter((each) => each.answer !== undefined);
  const inputs = rendered[0]?.answer?.inputs;
  const findings = [
    ...tried.flatMap((each) => each.findings),
    ...(inputs === undefined ? [] : await findingsOf(rendered, path, how)),
  ];
  const isUnknown = rendered.length > 0 && inputs === undefined;
  const notes = isUnknown ? [`${chart.path}: the values of a chart with this apiVersion are not judged`] : [];
  const { remaining, allowed } = divideFindings(findings, how.rules.allowances);
  const severe = how.rules.isStrict ? remaining.map((each) => ({ ...each, severity: "error" as const })) : remaining;
  return { chart, verdict: verdictOf(cases, severe, isUnknown), cases, findings: severe, allowed, notes };
}

interface TriedCase {
  plan: TrialPlan;
  shown: ValuesCase;
  findings: Finding[];
  answer?: HelmTemplateAnswer;
  probe?: CaseProbe;
}

async function tryCase(plan: TrialPlan, path: string, how: ValuesHow): Promise<TriedCase> {
  const { name } = plan.case;
  const { renderer, inputs } = how;
  const probed: ProbedCase = {
    renderer,
    version: { path, values: plan.values, label: plan.chart.path },
    inputs: {
      ...inputs,
      namespace: inputs.namespace ?? "default",
      hasNamespace: inputs.namespace !== undefined,
      releaseName: inputs.releaseName ?? toReleaseName(plan.chart.name),
    },
  };
  try {
    const extras = { withValues: true, withInputs: true };
    const answer = await renderVersion(renderer, probed.version, probed.inputs, extras);
    return { plan, shown: { name, verdict: "passed" }, findings: [], answer, probe: new CaseProbe(probed, answer) };
  } catch (thrown) {
    throwIfEnded(thrown, how);
    if (plan.isOptional) return { plan, shown: { name, verdict: "skipped", reason: DEFAULTS_ALONE }, findings: [] };
    const error = await toMissingPrerequisite(thrown, { plan, kubernetes: renderer.kubernetes });
    if (error instanceof ChartError) return { plan, shown: { name, verdict: "failed" }, findings: [...error.findings] };
    return { plan, shown: { name, verdict: "errored", error: toTrialError(error) }, findings: [] };
  }
}

async function findingsOf(tried: readonly TriedCase[], path: string, how: ValuesHow): Promise<Finding[]> {
  const { chart } = (tried[0] as TriedCase).plan;
  const found: Finding[] = [];
  const probes = tried.flatMap(({ probe }) => probe ?? []);
  for (const [at, { plan, answer, probe }] of tried.entries()) {
    const inputs = answer?.inputs;
    if (inputs === undefined || probe === undefined) continue;
    const known: KnownInputs = { inputs, index: new ReadIndex(inputs.reads) };
    if (at === 0) {
      const text = await readFile(join(path, "values.yaml"), "utf8").catch(() => undefined);
      const own = { name: `${chart.name}/values.yaml`, values: inputs.defaults, text };
      found.push(...(await unusedValues(own, known, probes)));
      if (inputs.schema !== undefined) found.push(...schemaDrift(inputs.schema, chart.name, known));
    }
    for (const file of await valuesFiles(plan)) found.push(...(await unknownValues(file, known, probe)));
  }
  throwIfAborted(how.renderer.signal);
  // Files of the command line belong to every case.
  return [...new Map(found.map((finding) => [JSON.stringify(finding), finding])).values()];
}

async function valuesFiles({ values, chart, chartPath }: TrialPlan): Promise<ValuesFile[]> {
  return await Promise.all(
    values.map(async (file) => {
      const text = await readFile(file, "utf8");
      const below = relative(chartPath, file);
      return { name: below.startsWith("..") ? file : `${chart.name}/${below}`, values: parseYaml(text), text };
    }),
  );
}

function verdictOf(cases: readonly ValuesCase[], findings: readonly Finding[], isUnknown: boolean): Verdict {
  const verdicts = cases.map(({ verdict }) => verdict);
  if (verdicts.includes("errored") || isUnknown) return "errored";
  if (findings.some(({ severity }) => severity === "error")) return "failed";
  return verdicts.every((verdict) => verdict === "skipped") ? "skipped" : "passed";
}

function throwIfEnded(error: unknown, { renderer }: ValuesHow): void {
  throwIfAborted(renderer.signal);
  if (hasEngineEnded(error)) throw error;
}
