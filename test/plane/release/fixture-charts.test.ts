import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { load } from "js-yaml";
import {
  ChartError,
  dryRunChart,
  type Finding,
  installChart,
  lintChart,
  templateChart,
  type ValuesObject,
} from "seatrial";
import { describe, expect, it } from "vitest";

// Every chart in fixtures/charts is wrong in one way, which its expected.yaml describes. None is skipped.

const root = fileURLToPath(new URL("../../../fixtures/charts/", import.meta.url));
const names = readdirSync(root).sort();
const steps = ["lint", "template", "dry-run"] as const;
type Step = (typeof steps)[number];

interface ExpectedFinding {
  severity?: "error" | "warning";
  kind?: string;
  name?: string;
  reason?: string;
  field?: string;
  /** A part of the message. */
  message: string;
  template?: string;
  line?: number;
  hint?: string;
}

interface Expected {
  /** The step that must find the fault; the steps before it must find nothing. */
  step: Step;
  finding: ExpectedFinding;
  /** A values file of the chart to run the step with. */
  values?: string;
  /** A values file of the chart that is installed first, so that the step is an upgrade. */
  install?: string;
  /** Values that fix the mistake. */
  fixed?: ValuesObject;
}

function readExpected(name: string): Expected {
  const path = `${root}${name}/expected.yaml`;
  if (!existsSync(path)) throw new Error(`fixtures/charts/${name} has no expected.yaml: say which step must find what`);
  const expected = load(readFileSync(path, "utf8")) as Expected;
  const known = ["step", "finding", "values", "install", "fixed"];
  const unknown = Object.keys(expected).filter((key) => !known.includes(key));
  if (unknown.length > 0)
    throw new Error(`fixtures/charts/${name}/expected.yaml has unknown keys: ${unknown.join(", ")}`);
  if (!steps.includes(expected.step))
    throw new Error(`fixtures/charts/${name}/expected.yaml names no step: ${expected.step}`);
  return expected;
}

const cases = names.map((name) => ({ name, chart: `${root}${name}`, expected: readExpected(name) }));

interface Run {
  chart: string;
  values: (string | ValuesObject)[];
  release?: { namespace: string; releaseName: string };
}

/** All findings of one step, whether the helper resolves with them or rejects. */
async function findingsOf(step: Step, { chart, values, release }: Run): Promise<Finding[]> {
  try {
    if (step === "lint") return (await lintChart(chart, { values })).findings;
    if (step === "template") return await templateChart(chart, { values, ...release }).then(() => []);
    const result = await dryRunChart(chart, { values, ...release });
    return [...result.findings, ...result.warnings];
  } catch (error) {
    if (error instanceof ChartError) return [...error.findings];
    throw error;
  }
}

async function errorsOf(step: Step, run: Run): Promise<Finding[]> {
  return (await findingsOf(step, run)).filter((finding) => finding.severity === "error");
}

/** The release that an upgrade starts from; `undefined` when the step is an installation. */
async function installFirst(name: string, chart: string, values: string | undefined) {
  return values === undefined ? undefined : installChart(chart, { values: `${chart}/${values}`, releaseName: name });
}

/** A finding with the words of expected.yaml, for a readable difference. */
function flat(finding: Finding) {
  const { object, ...rest } = finding;
  return { ...rest, kind: object?.kind, name: object?.name };
}

function matching({ severity = "error", message, ...exact }: ExpectedFinding) {
  return expect.objectContaining({ severity, message: expect.stringContaining(message), ...exact });
}

describe("fixtures/charts", () => {
  it("contain one chart for each of many faults", () => {
    expect(names.length).toBeGreaterThanOrEqual(50);
  });

  it.each(cases)("$name is found by its step, with every detail", async ({ name, chart, expected }) => {
    const values = expected.values === undefined ? [] : [`${chart}/${expected.values}`];
    await using release = await installFirst(name, chart, expected.install);
    const found = release && { namespace: release.namespace, releaseName: name };
    const run: Run = { chart, values, ...(found && { release: found }) };

    for (const step of steps.slice(0, steps.indexOf(expected.step))) {
      expect(await errorsOf(step, run), `nothing is found by ${step}`).toEqual([]);
    }
    const findings = (await findingsOf(expected.step, run)).map(flat);
    expect(findings).toContainEqual(matching(expected.finding));
    expect(findings.map(({ step }) => step)).toEqual(findings.map(() => expected.step));
    // Helm's lint reports some faults twice; the API server does not.
    if (expected.step === "dry-run") expect(findings, "nothing else is wrong").toHaveLength(1);
  });

  const fixable = cases.flatMap(({ expected: { fixed, install }, ...rest }) =>
    fixed ? [{ ...rest, fixed, install }] : [],
  );
  it.each(fixable)("$name passes every step once its fault is fixed", async ({ name, chart, fixed, install }) => {
    await using release = await installFirst(name, chart, install);
    const found = release && { namespace: release.namespace, releaseName: name };
    for (const step of steps) {
      const run: Run = { chart, values: [fixed], ...(found && { release: found }) };
      expect(await errorsOf(step, run), step).toEqual([]);
    }
  });
});
