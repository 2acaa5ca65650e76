import { readFile } from "node:fs/promises";
import { UsageError } from "../../errors/usage-error.ts";
import { stepsOf } from "../../trial/trial-result.ts";
import { isMapping } from "../../util/is-mapping.ts";
import type { JsonReport, JsonTrial } from "../json.ts";

/** A JSON report and where it was read. */
export interface ReadReport {
  file: string;
  report: JsonReport;
}

const SCHEMA_VERSION: JsonReport["schemaVersion"] = 1;

/** Reads what `seatrial check --json` printed. `option` names the file in errors. Rejects with `SEATRIAL_USAGE`. */
export async function readJsonReport(option: string, file: string): Promise<ReadReport> {
  const refuse = (problem: string, cause?: unknown) => new UsageError(`${option} ${file}: ${problem}`, { cause });
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw refuse(`the file cannot be read: ${error.code ?? error.message}`, error);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refuse(`the file is not valid JSON: ${(error as Error).message}`, error);
  }
  if (!isMapping(value) || typeof value.schemaVersion !== "number") {
    throw refuse("the file is not a report of `seatrial check --json`: it has no schemaVersion");
  }
  if (value.schemaVersion !== SCHEMA_VERSION) {
    throw refuse(`the report has the schemaVersion ${value.schemaVersion}; this seatrial reads ${SCHEMA_VERSION}`);
  }
  const problem = findProblem(value);
  if (problem !== undefined) throw refuse(`the report is damaged: ${problem}`);
  return { file, report: value as unknown as JsonReport };
}

// Everything that the renderers rely on, so that a damaged file is an error here and not an exception there.
function findProblem(report: Record<string, unknown>): string | undefined {
  const { trials, stages, verdict, exitCode, durationMs, startedAt, counts, controlPlane, error, shard } = report;
  if (!isVerdict(verdict) || !isNumber(exitCode) || !isNumber(durationMs) || typeof startedAt !== "string") {
    return "verdict, exitCode, startedAt or durationMs is missing";
  }
  if (!isMapping(counts) || !Array.isArray(trials) || !Array.isArray(stages)) {
    return "counts, trials or stages is missing";
  }
  const isUnchanged = verdict === "skipped" && trials.length === 0;
  if (controlPlane === null ? !isError(error) && !isUnchanged : !isMapping(controlPlane)) {
    return "controlPlane and error are missing";
  }
  if (shard !== undefined && !(isMapping(shard) && isNumber(shard.index) && isNumber(shard.count))) {
    return "shard has no index or no count";
  }
  const broken = trials.findIndex((trial) => !isTrial(trial));
  if (broken !== -1) return `trials[${broken}] lacks fields of a trial`;
  return shard === undefined || controlPlane === null ? undefined : findShardProblem(shard, trials);
}

// Reports of shards are read back completely.
function findShardProblem(
  { caseCount, plan, positions }: Record<string, unknown>,
  trials: JsonTrial[],
): string | undefined {
  if (!isNumber(caseCount) || typeof plan !== "string" || !Array.isArray(positions) || !positions.every(isNumber)) {
    return "shard has no caseCount, plan or positions";
  }
  const wrong = trials.findIndex(
    ({ steps, findings }) => steps.reduce((sum, { findingCount }) => sum + findingCount, 0) !== findings.length,
  );
  return wrong === -1 ? undefined : `the steps of trials[${wrong}] do not have as many findings as the trial`;
}

function isTrial(trial: unknown): boolean {
  if (!isMapping(trial) || !isMapping(trial.chart) || !isMapping(trial.case)) return false;
  const { id, chart, verdict, durationMs, steps, findings, notes, kept } = trial;
  const isNamed = [id, chart.name, chart.version, chart.path, trial.case.name].every(
    (name) => typeof name === "string",
  );
  const hasLists = [notes, kept, trial.case.values].every(Array.isArray);
  if (!isNamed || !hasLists || !isVerdict(verdict) || !isNumber(durationMs)) return false;
  if (!Array.isArray(steps) || !Array.isArray(findings) || !findings.every(isFinding)) return false;
  const flags = [true, false];
  const comparisons = flags.flatMap((isComparing) => flags.map((comparesHelms) => ({ isComparing, comparesHelms })));
  return comparisons.some((comparison) => {
    const names = stepsOf(comparison);
    return steps.length === names.length && steps.every((step, index) => isStep(step, names[index]));
  });
}

function isStep(step: unknown, name: string | undefined): boolean {
  return isMapping(step) && step.name === name && isVerdict(step.verdict) && isNumber(step.durationMs);
}

function isFinding(finding: unknown): boolean {
  return isMapping(finding) && typeof finding.severity === "string" && typeof finding.message === "string";
}

function isError(error: unknown): boolean {
  return isMapping(error) && typeof error.code === "string" && typeof error.message === "string";
}

function isVerdict(value: unknown): boolean {
  return ["passed", "failed", "errored", "skipped"].includes(value as string);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}
