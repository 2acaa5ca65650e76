import { availableParallelism } from "node:os";
import { findBackgroundPlane } from "../../background/background-plane.ts";
import { isReuseAsked } from "../../background/reuse.ts";
import { attachControlPlane } from "../../boot/attach-control-plane.ts";
import { startControlPlane } from "../../boot/start-control-plane.ts";
import { UsageError } from "../../errors/usage-error.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import type { ProviderOption } from "../../providers/provider-options.ts";
import { renderFindings } from "../../report/findings.ts";
import { toJsonFailure, toJsonReport } from "../../report/json.ts";
import { toJunit, toJunitFailure } from "../../report/junit.ts";
import { makeLiveReporter } from "../../report/live-reporter.ts";
import { makePlainReporter } from "../../report/plain-reporter.ts";
import type { Reporter } from "../../report/reporter.ts";
import { renderSummary } from "../../report/summary.ts";
import { renderTable } from "../../report/table.ts";
import { applyGiven } from "../../sharing/given-objects.ts";
import { installCrds } from "../../sharing/install-crds.ts";
import { applyDisposableStages } from "../../simulation/apply-stages.ts";
import { readStages } from "../../simulation/read-stages.ts";
import { planTrials } from "../../trial/plan-trials.ts";
import { unchangedSuite } from "../../trial/previous/unchanged-suite.ts";
import { toTrialError } from "../../trial/step-runner.ts";
import { runSuite } from "../../trial/suite.ts";
import type { SuiteResult } from "../../trial/trial-result.ts";
import { parseDuration } from "../../util/duration.ts";
import { toReportedError } from "../../util/reported-error.ts";
import { exitCodeOfError, exitCodeOfSuite, exitCodes } from "../exit-code.ts";
import type { GlobalOptions } from "../global-options.ts";
import { type Interrupt, listenForInterrupt } from "../interrupt.ts";
import { checkReportFile, writeReportFile } from "../report-file.ts";
import { openTerminal, type Terminal, writeLines } from "../terminal.ts";
import { type CheckInputOptions, readInputs, toTrialInputs } from "./check-inputs.ts";
import { checkPreviousOptions, planPrevious } from "./previous-charts.ts";
import { type ProviderFlags, toProviderOption } from "./provider-flags.ts";

/** Options of `seatrial check`. */
export interface CheckOptions extends CheckInputOptions, ProviderFlags {
  filter?: string[];
  crds?: string[];
  stages?: string[];
  nodes?: number;
  failFast?: boolean;
  jobs?: number;
  timeout: string;
  json?: boolean;
  junit?: string;
  since?: string;
  from?: string;
  requireVersionBump?: boolean;
}

/**
 * Checks charts and resolves with the exit code. With `--json` or `--junit`, an error that prevents the run becomes a report,
 * too.
 */
export async function check(paths: string[], options: CheckOptions & GlobalOptions): Promise<number> {
  const startedMs = performance.now();
  const isJson = options.json === true;
  const terminal = openTerminal(isJson ? process.stderr : process.stdout, options.color);
  let junit: string | undefined;
  let suite: SuiteResult;
  try {
    if (options.junit !== undefined) await checkReportFile("--junit", options.junit);
    junit = options.junit;
    suite = await checkCharts(paths, options, terminal, startedMs);
  } catch (error) {
    const exitCode = exitCodeOfError(error);
    const durationMs = performance.now() - startedMs;
    const startedAt = new Date(Date.now() - durationMs).toISOString();
    await writeJunit(junit, toJunitFailure(toTrialError(error), startedAt, durationMs));
    if (!isJson) throw error;
    const report = toJsonFailure(toTrialError(error), exitCode, startedAt, durationMs);
    await writeLines(process.stdout, [JSON.stringify(report, null, 2)]);
    return exitCode;
  }
  const isWritten = await writeJunit(junit, toJunit(suite));
  const exitCode = isWritten ? exitCodeOfSuite(suite) : exitCodes.couldNotCheck;
  const lines = isJson ? [JSON.stringify(toJsonReport(suite, exitCode), null, 2)] : renderReport(suite, terminal);
  await writeLines(process.stdout, lines);
  return exitCode;
}

/** Resolves with false, after a message, when the file could not be written. The other reports follow in any case. */
async function writeJunit(file: string | undefined, text: string): Promise<boolean> {
  if (file === undefined) return true;
  try {
    await writeReportFile("--junit", file, text);
    return true;
  } catch (error) {
    await writeLines(process.stderr, [`error: ${(error as Error).message}`]);
    return false;
  }
}

async function checkCharts(
  paths: string[],
  options: CheckOptions & GlobalOptions,
  terminal: Terminal,
  startedMs: number,
): Promise<SuiteResult> {
  parseDuration(options.timeout, "--timeout");
  const provider = toProviderOption(options);
  checkPreviousOptions(options);
  const planned = await planTrials(paths, { filters: options.filter, values: options.values });
  const { filteredOutCount } = planned;
  const given = await readInputs(options);
  const { crds = [], stages: stagePaths = [] } = options;
  const stages = stagePaths.length === 0 ? [] : await readStages("--stages", stagePaths);
  const { output, style, isLive } = terminal;
  const reporter = isLive ? makeLiveReporter(output, style) : makePlainReporter(output, style);
  let suite: SuiteResult | undefined;
  try {
    await using previous = await planPrevious(planned.plans, { ...options, paths });
    const { plans, notes } = previous;
    if (plans.length === 0) return unchangedSuite(notes, filteredOutCount, startedMs);
    using interrupt = listenForInterrupt(() =>
      reporter.note("Interrupted, cleaning up. Press Ctrl-C again to exit immediately."),
    );
    await using plane = await providePlane(reporter, interrupt, options.nodes, provider);
    const { signal } = interrupt;
    await using _crds = crds.length === 0 ? undefined : await installCrds(crds, { controlPlane: plane, signal });
    await using _stages = stages.length === 0 ? undefined : await applyDisposableStages("--stages", plane, stages);
    const { namespace } = options;
    await using givenObjects = await applyGiven(plane, given, { namespace, signal });
    const inputs = await toTrialInputs(options, plane, givenObjects);
    if (plane.data.cluster !== undefined) reporter.note(`Cluster: ${plane.data.cluster}`);
    reporter.started(plans.length);
    suite = await runSuite({
      plans,
      plane,
      jobs: options.jobs ?? availableParallelism(),
      timeout: options.timeout,
      inputs,
      failFast: options.failFast === true,
      filteredOutCount,
      notes,
      startedMs,
      signal,
      onStep: (id, step) => reporter.stepping(id, step),
      onWait: (id, isWaiting) => reporter.waiting(id, isWaiting),
      onTrial: (trial) => reporter.ended(trial),
    });
  } catch (error) {
    // What was found out about the charts is reported in any case.
    if (suite === undefined) throw toReportedError(error);
    suite = { ...suite, verdict: "errored", cleanUpError: toTrialError(toReportedError(error)) };
  } finally {
    reporter.close();
  }
  return suite;
}

async function providePlane(
  reporter: Reporter,
  { signal }: Interrupt,
  nodes: number | undefined,
  provider: ProviderOption | undefined,
): Promise<ControlPlane> {
  if (isReuseAsked() && provider === undefined) {
    const running = await findBackgroundPlane();
    if (running !== undefined) {
      if (nodes === undefined) return attachControlPlane(running.data);
      throw new UsageError("--nodes cannot change the control plane of `seatrial up`, which SEATRIAL_REUSE selects", {
        hint: "leave out --nodes, unset SEATRIAL_REUSE, or add Nodes with --given",
      });
    }
    reporter.note("SEATRIAL_REUSE is set, but no control plane is up: starting one for this run");
  }
  return startControlPlane({
    signal,
    provider,
    ...(nodes === undefined ? {} : { simulation: { nodes } }),
    onBuildProgress: (progress) => reporter.building(progress),
    onStep: (step) => reporter.booting(step.name),
  });
}

function renderReport(suite: SuiteResult, { style, width }: Terminal): string[] {
  const summary = renderSummary(suite, style, width);
  if (suite.isUnchanged === true) return summary;
  const findings = renderFindings(suite.trials, style, width);
  return [
    "",
    ...renderTable(suite.trials, style, width),
    ...(findings.length === 0 ? [] : ["", ...findings]),
    "",
    ...summary,
  ];
}
