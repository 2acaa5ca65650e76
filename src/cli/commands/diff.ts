import { isReuseAsked } from "../../background/reuse.ts";
import { startChartEngine } from "../../boot/start-chart-engine.ts";
import { diffCharts, toDiffResult } from "../../diff/diff-charts.ts";
import type { DiffResult } from "../../diff/diff-result.ts";
import { UsageError } from "../../errors/usage-error.ts";
import { toJsonDiff, toJsonDiffFailure } from "../../report/diff/json-diff.ts";
import { toMarkdown } from "../../report/diff/markdown.ts";
import { renderDiff } from "../../report/diff/render-diff.ts";
import { Configuration } from "../../trial/config/configuration.ts";
import { toTrialError } from "../../trial/step-runner.ts";
import { parseDuration } from "../../util/duration.ts";
import { exitCodeOfDiff, exitCodeOfError } from "../exit-code.ts";
import type { GlobalOptions } from "../global-options.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { openTerminal, writeLines } from "../terminal.ts";
import { checkSetTexts, readInputs } from "./check-inputs.ts";
import type { DiffCommandOptions } from "./diff-options.ts";
import { startEarly } from "./early-engine.ts";
import { planDiff } from "./plan-diff.ts";
import { checkPreviousOptions } from "./previous-charts.ts";
import { provideEngineVisibly } from "./provide-engine-visibly.ts";

/** Compares charts with their previous versions, prints what differs and resolves with the exit code. */
export async function diff(paths: string[], options: DiffCommandOptions & GlobalOptions): Promise<number> {
  const startedMs = performance.now();
  try {
    checkOptions(options);
    const result = await compare(paths, options, startedMs);
    const exitCode = exitCodeOfDiff(result);
    await writeLines(process.stdout, toLines(result, exitCode, options));
    return exitCode;
  } catch (error) {
    if (options.json !== true) throw error;
    const exitCode = exitCodeOfError(error);
    const failure = toJsonDiffFailure(toTrialError(error), exitCode, performance.now() - startedMs);
    await writeLines(process.stdout, [JSON.stringify(failure, null, 2)]);
    return exitCode;
  }
}

function checkOptions(options: DiffCommandOptions): void {
  checkPreviousOptions(options);
  parseDuration(options.timeout, "--timeout");
  if (options.since === undefined && options.from === undefined) {
    throw new UsageError("diff needs a previous version to compare with", {
      hint: "add `--since REF`, a branch, a tag or a commit of git, or `--from PATH`",
    });
  }
  const outputs = (["stat", "json", "markdown"] as const).filter((name) => options[name] === true);
  if (outputs.length > 1) throw new UsageError(`--${outputs[0]} and --${outputs[1]} are two outputs: give one of them`);
  if (options.crds !== undefined && options.server !== true)
    throw new UsageError("--crds needs --server: without a control plane, charts are only rendered");
  checkSetTexts("--set-string", options.setString ?? []);
}

async function compare(
  paths: string[],
  options: DiffCommandOptions & GlobalOptions,
  startedMs: number,
): Promise<DiffResult> {
  await readInputs(options);
  const isRendered = options.server !== true && !isReuseAsked();
  await using early = isRendered ? startEarly() : undefined;
  await using configuration = await Configuration.open();
  await using plans = await planDiff(paths, { ...options, configuration });
  // Nothing to render needs no engine.
  if (plans.plans.length === 0) return toDiffResult(plans, [], startedMs);
  const { set = [], setString = [], namespace, releaseName } = options;
  const how = { plans, inputs: { set, setString, namespace, releaseName }, startedMs };
  using interrupt = listenForInterrupt();
  // The Kubernetes client, which only a control plane needs, takes longer to load than most comparisons.
  if (options.server === true) return await (await import("./diff-on-server.ts")).diffOnServer(how, options, interrupt);
  if (isReuseAsked()) {
    const { diffOnReused } = await import("./diff-on-server.ts");
    const result = await diffOnReused(how, interrupt);
    if (result !== undefined) return result;
  }
  const { signal } = interrupt;
  const started = await early?.started(signal);
  if (started !== undefined) return await diffCharts({ ...how, renderer: { ...started, signal } });
  const { path: enginePath } = await provideEngineVisibly(options);
  await using engine = await startChartEngine({ enginePath, signal });
  return await diffCharts({ ...how, renderer: { ...engine, signal } });
}

function toLines(result: DiffResult, exitCode: number, options: DiffCommandOptions & GlobalOptions): string[] {
  if (options.json === true) return [JSON.stringify(toJsonDiff(result, exitCode), null, 2)];
  if (options.markdown === true) return [toMarkdown(result).trimEnd()];
  const { style, width } = openTerminal(process.stdout, options.color);
  return renderDiff(result, style, width, { isStat: options.stat === true });
}
