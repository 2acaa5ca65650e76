import { availableParallelism } from "node:os";
import { UsageError } from "../../errors/usage-error.ts";
import { makeLiveReporter } from "../../report/live-reporter.ts";
import { toMeasuredTimes } from "../../report/merged/measured-times.ts";
import { readJsonReport } from "../../report/merged/read-json-report.ts";
import { makePlainReporter } from "../../report/plain-reporter.ts";
import type { Reporter } from "../../report/reporter.ts";
import { plural } from "../../report/summary.ts";
import { describeAbandoned, removeAbandoned } from "../../sharing/abandoned.ts";
import { applyGiven } from "../../sharing/given-objects.ts";
import { installCrds } from "../../sharing/install-crds.ts";
import { applyDisposableStages } from "../../simulation/apply-stages.ts";
import { readStages } from "../../simulation/read-stages.ts";
import { Configuration } from "../../trial/config/configuration.ts";
import { planTrials, type TrialPlan } from "../../trial/plan-trials.ts";
import { unchangedSuite } from "../../trial/previous/unchanged-suite.ts";
import { dividePlans } from "../../trial/shard/divide-plans.ts";
import { formatShard, parseShard, type Shard, type ShardResult } from "../../trial/shard/shard.ts";
import { toTrialError } from "../../trial/step-runner.ts";
import { runSuite, type SuiteOptions } from "../../trial/suite.ts";
import type { SuiteResult } from "../../trial/trial-result.ts";
import { type VersionRun, versionPlans } from "../../trial/versions/version-plans.ts";
import { DEFAULT_NODES } from "../../util/defaults.ts";
import { parseDuration } from "../../util/duration.ts";
import { toReportedError } from "../../util/reported-error.ts";
import { exitCodeOfSuite } from "../exit-code.ts";
import { checkHelmFlags, chooseHelm, comparesHelms, type HelmFlags } from "../flags/helm-flags.ts";
import { type ProviderFlags, toProviderOption } from "../flags/provider-flags.ts";
import { type RealNodeFlags, toRealNodeOption } from "../flags/real-node-flags.ts";
import type { GlobalOptions } from "../global-options.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { openTerminal, type Terminal } from "../terminal.ts";
import { onVersions } from "../versions/on-versions.ts";
import { readVersionRuns, type VersionFlags } from "../versions/read-version-runs.ts";
import { type CheckInputOptions, readInputs, toTrialInputs } from "./check-inputs.ts";
import { checkPreviousOptions, type PreviousOptions, planPrevious } from "./previous-charts.ts";
import { providePlane } from "./provide-plane.ts";
import { type ReportOptions, reportRun } from "./report-run.ts";

/** Options of `seatrial check`. */
export interface CheckOptions
  extends CheckInputOptions,
    PreviousOptions,
    ProviderFlags,
    RealNodeFlags,
    HelmFlags,
    VersionFlags,
    ReportOptions {
  filter?: string[];
  crds?: string[];
  stages?: string[];
  nodes?: number;
  failFast?: boolean;
  jobs?: number;
  timeout?: string;
  shard?: string;
  shardTimes?: string;
}

/** Checks charts and resolves with the exit code. */
export async function check(paths: string[], options: CheckOptions & GlobalOptions): Promise<number> {
  const startedMs = performance.now();
  const terminal = openTerminal(options.json === true ? process.stderr : process.stdout, options.color);
  let shard: Shard | undefined;
  const run = async () => {
    shard = options.shard === undefined ? undefined : parseShard(options.shard);
    const suite = await checkCharts(paths, { ...options, shard }, terminal, startedMs);
    return { suite, exitCode: exitCodeOfSuite(suite) };
  };
  return reportRun(options, terminal, run, () => shard);
}

type ParsedOptions = Omit<CheckOptions, "shard"> & { shard: Shard | undefined };

async function checkCharts(
  paths: string[],
  options: ParsedOptions,
  { output, style, isLive }: Terminal,
  startedMs: number,
): Promise<SuiteResult> {
  readVersionRuns(options);
  await using configuration = await Configuration.open();
  const planned = await planRun(paths, { ...options, configuration });
  const runs = readVersionRuns(options, versionsOf(planned.plans));
  const reporter = isLive ? makeLiveReporter(output, style) : makePlainReporter(output, style);
  try {
    using interrupt = listenForInterrupt(() =>
      reporter.note("Interrupted, cleaning up. Press Ctrl-C again to exit immediately."),
    );
    const halt = {};
    return await onVersions(runs, (run, failed) => {
      const signal = AbortSignal.any([interrupt.signal, failed]);
      return checkOn({ run, runs, planned, configuration, reporter, signal, halt, startedMs }, paths, options);
    });
  } finally {
    reporter.close();
  }
}

/** What the runs on all versions share, and which of them this is. */
interface VersionContext extends Pick<SuiteOptions, "halt" | "startedMs"> {
  run: VersionRun;
  runs: readonly VersionRun[];
  planned: PlannedRun;
  configuration: Configuration;
  reporter: Reporter;
  signal: AbortSignal;
}

async function checkOn(
  { run, runs, planned, configuration, reporter, signal, halt, startedMs }: VersionContext,
  paths: string[],
  options: ParsedOptions,
): Promise<SuiteResult> {
  if (options.timeout !== undefined) parseDuration(options.timeout, "--timeout");
  const provider = toProviderOption(options);
  const realNode = toRealNodeOption(options, options.provider?.name);
  checkPreviousOptions(options);
  await checkHelmFlags(options);
  const { shard, filteredOutCount } = planned;
  const given = [...(await readInputs(options)), ...configuration.given];
  const { crds = [], stages: stagePaths = [] } = options;
  const stages = stagePaths.length === 0 ? [] : await readStages("--stages", stagePaths);
  let suite: SuiteResult | undefined;
  try {
    await using previous = await planPrevious(planned.plans, { ...options, paths });
    const { notes } = previous;
    const plans = versionPlans(previous.plans, run, runs);
    if (plans.length === 0) return unchangedSuite(notes, filteredOutCount, startedMs);
    const choice = { kubernetesVersion: run.version, dryRunsOnly: !run.isInstalled };
    const hasNodes = ["engine", undefined].includes(options.provider?.name);
    const nodes = options.nodes ?? (hasNodes ? nodesOf(plans) : undefined);
    const unused = hasNodes || nodesOf(plans) === undefined ? [] : [OTHER_NODES];
    await using started = await providePlane(reporter, { signal }, { nodes, provider, realNode, ...choice });
    const plane = await chooseHelm(started, options);
    // On a control plane of earlier runs.
    if (plane.bootMs === 0 || !plane.capabilities.owned) {
      for (const line of describeAbandoned(await removeAbandoned(plane))) reporter.note(line);
    }
    await using _crds = crds.length === 0 ? undefined : await installCrds(crds, { controlPlane: plane, signal });
    const hasStages = stages.length > 0 && run.isInstalled;
    await using _stages = !hasStages ? undefined : await applyDisposableStages("--stages", plane, stages);
    const what = configuration.given.length === 0 ? "--given" : "--given and `given`";
    await using givenObjects = await applyGiven(plane, given, {
      namespaces: namespacesOf(options, plans),
      what,
      signal,
    });
    const inputs = await toTrialInputs(options, plane, givenObjects);
    if (plane.data.cluster !== undefined) reporter.note(`Cluster: ${plane.data.cluster}`);
    if (shard !== undefined)
      reporter.note(`${formatShard(shard)}: ${plans.length} of ${plural(shard.caseCount, "case")}`);
    reporter.started(plans.length);
    suite = await runSuite({
      plans: comparesHelms(options) ? plans.map((plan) => ({ ...plan, comparesHelms: true })) : plans,
      plane,
      jobs: options.jobs ?? availableParallelism(),
      timeout: options.timeout,
      inputs,
      failFast: options.failFast === true,
      filteredOutCount,
      notes: [...notes, ...unused],
      halt,
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
  }
  return shard === undefined ? suite : { ...suite, shard };
}

const OTHER_NODES = "the number of nodes in seatrial.yaml: the provider has its own nodes";

// One control plane for all: each case has at least the number of nodes that it asks for.
function nodesOf(plans: readonly TrialPlan[]): number | undefined {
  const numbers = plans.flatMap(({ settings }) => settings?.nodes ?? []);
  if (numbers.length === 0) return undefined;
  return Math.max(...numbers, ...(numbers.length < plans.length ? [DEFAULT_NODES] : []));
}

function namespacesOf({ namespace }: CheckInputOptions, plans: readonly TrialPlan[]): string[] {
  if (namespace !== undefined) return [namespace];
  return [...new Set(plans.flatMap(({ settings }) => settings?.namespace.name ?? []))];
}

function versionsOf(plans: readonly TrialPlan[]): string[] {
  return plans.flatMap(({ settings }) => settings?.kubeVersions?.versions ?? []);
}

interface PlannedRun {
  plans: TrialPlan[];
  filteredOutCount: number;
  shard: ShardResult | undefined;
}

async function planRun(
  paths: string[],
  options: ParsedOptions & { configuration: Configuration },
): Promise<PlannedRun> {
  const { filter, values, shard, shardTimes, configuration } = options;
  if (shard === undefined && shardTimes !== undefined) throw new UsageError("--shard-times requires --shard");
  if (shard !== undefined && (options.since ?? options.from) !== undefined) {
    throw new UsageError("--shard cannot be used with --since or --from", {
      hint: "leave out --shard: --since checks only the charts that have changed",
    });
  }
  const all = await planTrials(paths, { filters: filter, values, configuration });
  if (shard === undefined) return { ...all, shard };
  const measured =
    shardTimes === undefined ? undefined : toMeasuredTimes(await readJsonReport("--shard-times", shardTimes));
  const { plans, result } = await dividePlans(all.plans, shard, measured);
  return { plans, filteredOutCount: all.filteredOutCount, shard: result };
}
