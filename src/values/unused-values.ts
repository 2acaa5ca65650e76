import type { Finding } from "../findings/finding.ts";
import type { HelmInputs } from "../helm/inputs.ts";
import { quoteSome } from "../references/names.ts";
import { valueAt } from "../util/field-changes.ts";
import { isMapping } from "../util/is-mapping.ts";
import { editDistance, nearestName } from "../util/text/nearest-name.ts";
import type { CaseProbe } from "./case-probe.ts";
import { hasAnchor, keyLine } from "./key-line.ts";
import { type ReadIndex, unreadPaths } from "./read-index.ts";
import { formatValuePath, type ValuePath } from "./value-path.ts";

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

// A parent chart reads them: `enabled` in the condition of its dependency, `exports` with `import-values`.
const ofParents = new Set(["enabled", "exports"]);

/** The values of a chart's values.yaml that no template reads and that change nothing in any case. */
export async function unusedValues(
  file: ValuesFile,
  { index }: KnownInputs,
  probes: readonly CaseProbe[],
): Promise<Finding[]> {
  const paths = await withoutEffect(file, index, probes);
  const own = paths.filter(([top = ""], at) => paths[at]?.length !== 1 || !ofParents.has(String(top)));
  return own.map((path) => ({
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

// Switching everything on takes longer than all other renderings: one case is enough.
async function withoutEffect(file: ValuesFile, index: ReadIndex, probes: readonly CaseProbe[]): Promise<ValuePath[]> {
  let found = unreadPaths(file.values, index).filter((path) => !mayBeReadElsewhere(file, path));
  for (const [at, probe] of probes.entries()) {
    found = await probe.withoutEffect(found, { everythingOn: at === 0 });
  }
  return found;
}

// An alias repeats the value elsewhere in the file, and a comment may say how users read it in their own templates.
function mayBeReadElsewhere({ text }: ValuesFile, path: ValuePath): boolean {
  if (text === undefined) return false;
  return (text.includes("&") && hasAnchor(text, path)) || text.includes(`.Values.${formatValuePath(path)}`);
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
  if (nearest !== undefined && isSimilar(key, nearest)) return formatValuePath([...parent, nearest]);
  const elsewhere = index.pathsOf(key).map(formatValuePath);
  return elsewhere.length === 0 ? undefined : quoteSome(elsewhere.slice(0, 3)).replaceAll('"', "");
}

// `minAvailable` is not meant to be `maxUnavailable`.
function isSimilar(key: string, other: string): boolean {
  return editDistance(key.toLowerCase(), other.toLowerCase()) <= Math.max(1, Math.floor(key.length / 4));
}
