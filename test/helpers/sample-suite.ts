import type { Finding } from "../../src/findings/finding.ts";
import {
  type StepName,
  type StepResult,
  type SuiteResult,
  stepsOf,
  type TrialResult,
} from "../../src/trial/trial-result.ts";
import { countVerdicts, overallVerdict } from "../../src/trial/verdict.ts";

/** A step as a trial makes it. */
export function step(name: StepName, more: Partial<StepResult> = {}): StepResult {
  return { name, verdict: "passed", durationMs: 12.4, findings: [], ...more };
}

/** A trial whose steps are those given, and `passed` or, after one that did not pass, `skipped`. */
export function trial(id: string, given: StepResult[] = [], more: Partial<TrialResult> = {}): TrialResult {
  const [chart = "", ...rest] = id.split("/");
  const stopped = given.find(({ name, verdict }) => name !== "lint" && verdict !== "passed");
  const names = stepsOf({
    isComparing: given.some(({ name }) => name === "upgrade-from"),
    comparesHelms: given.some(({ name }) => name === "both-helms"),
  });
  const steps = names.map((name) => {
    const own = given.find((candidate) => candidate.name === name);
    if (own !== undefined || stopped === undefined || names.indexOf(name) < names.indexOf(stopped.name)) {
      return own ?? step(name);
    }
    return step(name, { verdict: "skipped", durationMs: 0, reason: `the step ${stopped.name} did not pass` });
  });
  return {
    id,
    chart: { name: chart, version: "1.2.0", path: `charts/${chart}` },
    case: { name: rest.join("/"), values: rest[0] === "ci" ? [`charts/${id}`] : [] },
    namespace: `${chart}-x7k2`,
    verdict: overallVerdict(steps.map(({ verdict }) => verdict)),
    steps,
    notes: [],
    kept: [],
    durationMs: 74.4,
    waitedMs: 0,
    ...more,
  };
}

export function suite(trials: TrialResult[], more: Partial<SuiteResult> = {}): SuiteResult {
  const verdicts = trials.map(({ verdict }) => verdict);
  return {
    verdict: overallVerdict(verdicts),
    trials,
    counts: countVerdicts(verdicts),
    filteredOutCount: 0,
    notes: [],
    interrupted: false,
    startedAt: "2026-01-02T03:04:05.000Z",
    durationMs: 4321,
    bootMs: 1234,
    versions: { kubernetes: "v1.37.2", helm: "v4.3.1", etcd: "3.7.3", engine: "0.1.0" },
    provider: "engine",
    pods: "simulated",
    controllers: true,
    stages: [],
    ...more,
  };
}

export const badPort: Finding = {
  severity: "error",
  step: "dry-run",
  message: "Invalid value: 99999: must be between 1 and 65535, inclusive",
  reason: "Invalid",
  object: { apiVersion: "v1", kind: "Service", namespace: "web-x7k2", name: "web" },
  field: "spec.ports[0].port",
  template: "web/templates/service.yaml",
  line: 12,
};

export const deprecated: Finding = {
  severity: "warning",
  step: "dry-run",
  message: "v1 Endpoints is deprecated in v1.33+",
  object: { apiVersion: "v1", kind: "Endpoints", namespace: "web-x7k2", name: "web" },
  hint: "use discovery.k8s.io/v1 EndpointSlice",
};

/** One of each verdict. */
export const mixed = suite([
  trial("web/default", [step("dry-run", { findings: [deprecated] })]),
  trial("web/ci/public-values.yaml", [
    step("lint", { findings: [{ severity: "warning", step: "lint", message: "icon is recommended" }] }),
    step("dry-run", { verdict: "failed", findings: [badPort, deprecated] }),
  ]),
  trial("store/default", [
    step("install", {
      verdict: "errored",
      durationMs: 3200,
      error: { code: "SEATRIAL_ENGINE_EXITED", message: "The engine has ended: killed by SIGKILL\n  last line: bye" },
    }),
  ]),
  trial(
    "store/ci/big-values.yaml",
    stepsOf({ isComparing: false }).map((name) =>
      step(name, { verdict: "skipped", durationMs: 0, reason: "the engine has ended" }),
    ),
    { namespace: "", durationMs: 0 },
  ),
]);
