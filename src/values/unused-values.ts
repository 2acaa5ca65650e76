import type { Finding } from "../findings/finding.ts";
import type { HelmInputs } from "../helm/inputs.ts";
import { quoteSome } from "../references/names.ts";
import { isMapping } from "../util/is-mapping.ts";
import { nearestName } from "../util/nearest-name.ts";
import type { CaseProbe } from "./case-probe.ts";
import { hasAnchor, keyLine } from "./key-line.ts";
import { type ReadIndex, unreadPaths } from "./read-index.ts";
import { formatValuePath, type ValuePath, valueAt } from "./value-path.ts";

/** A values file whose keys are judged. */
export interface ValuesFile {
  /** For people: `web/values.yaml`, `ci/ha-values.yaml`. */
  name: string;
  values: unknown;
  /** The text, for line numbers. @default unknown */
  text?: string | undefined;
}

/** What is known about a chart's values. */
export interface KnownInputs {
  inputs: HelmInputs;
  index: ReadIndex;
}

/** The values of a chart's values.yaml that no template reads and that change nothing in any case. */
export async function unusedValues(
  file: ValuesFile,
  { index }: KnownInputs,
  probes: readonly CaseProbe[],
): Promise<Finding[]> {
  const paths = await withoutEffect(file, index, probes);
  return paths.map((path) => ({
    ...findingAt(file, path),
    severity: "warning",
    message: "no template of the chart reads the value, and another value changes nothing in any case",
    reason: "UnusedValue",
    hint: "remove it, or use it in a template",
  }));
}

/** The keys of a case's values file that the chart does not have, that no template reads and that change nothing. */
export async function unknownValues(file: ValuesFile, known: KnownInputs, probe: CaseProbe): Promise<Finding[]> {
  const own = new Set(unreadPaths(known.inputs.defaults, known.index).map(formatValuePath));
  // A key that values.yaml has, too, is reported there.
  const isOfChart = (path: ValuePath) => path.some((_key, at) => own.has(formatValuePath(path.slice(0, at + 1))));
  const paths = (await withoutEffect(file, known.index, [probe])).filter((path) => !isOfChart(path));
  return paths.map((path) => {
    const meant = likelyPath(path, known);
    return {
      ...findingAt(file, path),
      severity: "error",
      message: "the chart does not have this value: no template reads it, and it changes nothing",
      reason: "UnknownValue",
      hint: meant === undefined ? "remove it: the case is not what it says" : `did you mean ${meant}?`,
    };
  });
}

async function withoutEffect(file: ValuesFile, index: ReadIndex, probes: readonly CaseProbe[]): Promise<ValuePath[]> {
  const found: ValuePath[] = [];
  for (const path of unreadPaths(file.values, index)) {
    // An alias repeats the value elsewhere in the file.
    if (file.text?.includes("&") === true && hasAnchor(file.text, path)) continue;
    if (!(await hasEffectIn(probes, path))) found.push(path);
  }
  return found;
}

async function hasEffectIn(probes: readonly CaseProbe[], path: ValuePath): Promise<boolean> {
  for (const probe of probes) if (await probe.hasEffect(path)) return true;
  return false;
}

function findingAt({ name, text }: ValuesFile, path: ValuePath): Pick<Finding, "step" | "field" | "template" | "line"> {
  const line = text === undefined ? undefined : keyLine(text, path);
  return { step: "template", field: formatValuePath(path), template: name, ...(line === undefined ? {} : { line }) };
}

// A key of the same mapping with a similar name, else the same key in other mappings.
function likelyPath(path: ValuePath, { inputs, index }: KnownInputs): string | undefined {
  const parent = path.slice(0, -1);
  const key = path.at(-1);
  if (typeof key !== "string") return undefined;
  const siblings = valueAt(inputs.defaults, parent);
  const keys = [...index.keysAt(parent), ...(isMapping(siblings) ? Object.keys(siblings) : [])];
  const nearest = nearestName(
    key,
    keys.filter((other) => other !== key && index.isRead([...parent, other])),
  );
  if (nearest !== undefined) return formatValuePath([...parent, nearest]);
  const elsewhere = index.pathsOf(key).map(formatValuePath);
  return elsewhere.length === 0 ? undefined : quoteSome(elsewhere.slice(0, 3)).replaceAll('"', "");
}
