import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ChartError } from "../errors/chart-error.ts";
import { SeatrialError } from "../errors/seatrial-error.ts";
import type { Finding } from "../findings/finding.ts";
import { inConfig } from "./config/in-config.ts";
import type { TrialPlan } from "./plan-trials.ts";

// What a run does not have, and a cluster of the chart's users may have, says nothing about the chart: another version of
// Kubernetes, a value that only users know, a namespace. Then the chart could not be checked, and the hint says with what
// it can be.

/** What a chart was tried with. */
export interface TriedWith {
  plan: TrialPlan;
  /** `v1.37.2` */
  kubernetes: string;
}

/**
 * The error of a chart that lacks something when it is rendered; any other error is returned as it is. A case of the chart's
 * own `ci/` directory has to bring the values that the chart requires: there a missing value is the chart's fault.
 */
export async function toMissingPrerequisite(error: unknown, tried: TriedWith): Promise<unknown> {
  if (!(error instanceof ChartError)) return error;
  const { plan } = tried;
  switch (error.details?.helmCode) {
    case "kube-version":
      return excludedVersion(error, tried);
    case "schema":
      return plan.isCi || !error.findings.every(isMissingValue) ? error : missingSchemaValues(error, plan);
    case "fail": {
      const naming = namingHint(messageOf(error), plan);
      if (plan.isCi && naming === undefined) return error;
      return missing(error, naming ?? (await valueHint(error, plan)));
    }
    default:
      return error;
  }
}

/** The chart's `kubeVersion`, of the error of a chart that it excludes from the version; `undefined` for any other error. */
export function excludingRange(error: unknown): string | undefined {
  if (!(error instanceof ChartError) || error.details?.helmCode !== "kube-version") return undefined;
  return /chart requires kubeVersion: (.+?) which is incompatible/.exec(messageOf(error))?.[1] ?? "";
}

function excludedVersion(error: ChartError, { kubernetes }: TriedWith): SeatrialError {
  const constraint = excludingRange(error) ?? "";
  const message = `The chart's kubeVersion "${constraint}" excludes Kubernetes ${kubernetes}, the version of this control plane`;
  return new SeatrialError("SEATRIAL_NOT_CHECKED", message, {
    hint: `widen kubeVersion in Chart.yaml if the chart works on ${kubernetes}; \`templateChart\` and \`lintChart\` take a \`kubeVersion\``,
    cause: error,
  });
}

// What a schema says of a value that is absent, null or empty.
const missingValue =
  /missing propert(?:y|ies) |minLength: got 0,|minItems: got 0,|minProperties: got 0,|got null, want |'' does not match pattern/;

function isMissingValue({ message }: Finding): boolean {
  return missingValue.test(message) || /(?:anyOf|oneOf|allOf) failed/.test(message);
}

function missingSchemaValues(error: ChartError, plan: TrialPlan): SeatrialError {
  const lines = error.findings.map(({ message }) => `  ${message}`);
  const keys = error.findings.flatMap(({ message }) => keysOf(message));
  const what = "The chart's default values lack values that its values.schema.json requires";
  return new SeatrialError("SEATRIAL_NOT_CHECKED", [what, ...lines].join("\n"), {
    hint: howToGive(keys, plan),
    cause: error,
  });
}

// `web: at '/smtp': missing properties 'host', 'port'`
function keysOf(message: string): string[] {
  const [, chart = "", pointer = "", rest = ""] = /^([^:]*): at '([^']*)': (.*)$/s.exec(message) ?? [];
  // A sub-chart's values are below its name.
  const charts = chart.split(/[/.]/).slice(1);
  const path = [...charts, ...pointer.split("/").filter((part) => part !== "")];
  if (!rest.startsWith("missing propert")) return missingValue.test(message) ? [path.join(".")] : [];
  return [...rest.matchAll(/'([^']+)'/g)].map(([, name]) => [...path, name].join("."));
}

function howToGive(keys: readonly string[], { chart }: TrialPlan): string {
  const sets = [...new Set(keys)].slice(0, 3).map((key) => `--set ${key}=VALUE`);
  const line = sets.length === 0 ? "--set KEY=VALUE" : sets.join(" ");
  return `add \`${line}\` or \`--values FILE\`, or write the values to ${chart.path}/ci/NAME-values.yaml`;
}

async function valueHint(error: ChartError, plan: TrialPlan): Promise<string> {
  return howToGive(await valuesAt(error, plan), plan);
}

// The values that the line of the template reads.
async function valuesAt({ file, line }: ChartError, { chartPath, chart }: TrialPlan): Promise<string[]> {
  const prefix = `${chart.name}/`;
  if (file === undefined || line === undefined || !file.startsWith(prefix)) return [];
  const text = await readFile(join(chartPath, file.slice(prefix.length)), "utf8").catch(() => "");
  const found = text.split("\n")[line - 1]?.matchAll(/\.Values\.([A-Za-z_][\w.]*\w)/g) ?? [];
  return [...found].flatMap(([, key]) => key ?? []);
}

// A chart that checks where, or under which name, it is installed says so in its message.
function namingHint(message: string, { chart }: TrialPlan): string | undefined {
  if (/\bnamespaces?\b/i.test(message)) {
    const named = /\bnamespace:?\s+(?:must be |is |to be |named |called )?(["'`]?)([a-z0-9]+(?:-[a-z0-9]+)*)\1/.exec(
      message,
    );
    const isName = named !== null && (named[1] !== "" || named[2]?.includes("-") === true);
    const name = isName ? named[2] : "NAME";
    return `add \`--namespace ${name}\`, ${inConfig(`namespace: ${name}`, chart)}`;
  }
  if (/\brelease(?:'s)?[ -]?name\b|\brelease must be (?:named|called)\b/i.test(message)) {
    return `add \`--release-name NAME\`, ${inConfig("releaseName: NAME", chart)}`;
  }
  return undefined;
}

function missing(error: ChartError, hint: string): SeatrialError {
  const [finding] = error.findings;
  const said = messageOf(error).replace(/^execution error at \([^)]*\): /, "");
  const at = finding?.template === undefined ? "" : ` (${finding.template}:${finding.line})`;
  return new SeatrialError("SEATRIAL_NOT_CHECKED", `The chart refuses what it is tried with: ${said}${at}`, {
    hint,
    cause: error,
  });
}

function messageOf({ findings, message }: ChartError): string {
  return findings[0]?.message ?? message;
}
