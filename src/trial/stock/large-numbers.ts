import type { JsonObject } from "../../errors/seatrial-error.ts";
import { findDocument } from "../../findings/find-template.ts";
import type { Finding } from "../../findings/finding.ts";
import { type KubeObject, toObjectRef } from "../../kube/object-ref.ts";
import { type FieldChange, fieldChanges, formatPath } from "../../util/field-changes.ts";
import { isMapping } from "../../util/is-mapping.ts";
import { exponentForm, type LargeInteger, largeIntegers } from "./large-integers.ts";
import { relevantDocuments, renderAgain, type StockSubject } from "./stock-rendering.ts";

// More in one chart have the same cause.
const MAX_VALUES = 20;
const exponent = /\d(?:\.\d+)?e\+\d\d/;

/**
 * A finding for each text of an object that has a whole number of the values in exponent form. Each is proven: the chart is
 * rendered again with the number as Helm's `--set` passes it, which has no exponent.
 */
export async function largeNumbers(subject: StockSubject): Promise<Finding[]> {
  const { rendered, options } = subject;
  const texts = [rendered.manifest, ...rendered.hooks.map(({ manifest }) => manifest)];
  if (!texts.some((text) => exponent.test(text))) return [];
  const values = (await renderAgain(subject, {}, { withValues: true }))?.values;
  const shown = largeIntegers(values ?? {}).filter(({ number }) =>
    texts.some((text) => text.includes(exponentForm(number))),
  );
  if (shown.length === 0) return [];
  const candidates = shown.slice(0, MAX_VALUES);
  const overrides = toOverrides(candidates, values ?? {});
  const set = [...((options.set as readonly string[] | undefined) ?? []), ...overrides.set];
  const setJson = { ...options.setJson, ...overrides.setJson };
  const fixed = await renderAgain(subject, { set, setJson, skipSchemaValidation: true });
  if (fixed === undefined) return [];
  const documents = [fixed.manifest, ...fixed.hooks.map(({ manifest }) => manifest)].flatMap((text) =>
    relevantDocuments(text, () => true),
  );
  return rendered.documents.flatMap((object) => {
    const other = findDocument(documents, toObjectRef(object))?.object;
    return other === undefined ? [] : findingsIn(object, fieldChanges(object, other), candidates, rendered);
  });
}

function findingsIn(
  object: KubeObject,
  changes: readonly FieldChange[],
  candidates: readonly LargeInteger[],
  { sourceOf }: StockSubject["rendered"],
): Finding[] {
  return changes.flatMap(({ path, before, after }): Finding[] => {
    const value = candidates.find(({ number }) => hasText(before, exponentForm(number)) && hasText(after, `${number}`));
    if (value === undefined) return [];
    const text = exponentForm(value.number);
    const template = sourceOf(object)?.template;
    return [
      {
        severity: isRead(before, text) ? "error" : "warning",
        step: "template",
        message: `the value ${value.name} is ${value.number}, and comes out as ${text}`,
        reason: "LargeNumber",
        object: toObjectRef(object),
        field: formatPath(path),
        ...(template === undefined ? {} : { template }),
        hint: `Helm reads numbers of values files as floating-point numbers: write {{ .Values.${value.name} | int64 }}, or quote the number in the values`,
      },
    ];
  });
}

// A list of texts is one field.
function hasText(value: unknown, text: string): boolean {
  if (typeof value === "string") return value.includes(text);
  return Array.isArray(value) && value.some((item) => hasText(item, text));
}

// As the whole text, or at the end of an argument or an image: what reads it expects a number. Within a longer text, or after a key,
// it may be YAML, where both forms are numbers.
function isRead(value: unknown, text: string): boolean {
  if (Array.isArray(value)) return value.some((item) => isRead(item, text));
  if (typeof value !== "string" || value.includes("\n") || value.endsWith(`: ${text}`)) return false;
  return value.trim() === text || ["=", ":", " "].some((mark) => value.endsWith(`${mark}${text}`));
}

// `--set` cannot change an item of a list that is a default of the chart: such a list is replaced, with texts for the numbers.
function toOverrides(
  candidates: readonly LargeInteger[],
  values: JsonObject,
): { set: string[]; setJson: Record<string, unknown> } {
  const set: string[] = [];
  const setJson: Record<string, unknown> = {};
  for (const { path, number } of candidates) {
    const end = path.findIndex((segment) => typeof segment === "number");
    if (end === -1) set.push(`${toKey(path)}=${number}`);
    else {
      const list = path.slice(0, end);
      const numbers = new Set(candidates.map((each) => each.number));
      setJson[toKey(list)] = withTexts(valueAt(values, list), numbers);
    }
  }
  return { set, setJson };
}

function withTexts(value: unknown, numbers: ReadonlySet<number>): unknown {
  if (typeof value === "number") return numbers.has(value) ? `${value}` : value;
  if (Array.isArray(value)) return value.map((item) => withTexts(item, numbers));
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withTexts(inner, numbers)]));
}

function valueAt(values: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce((inner, segment) => (inner as Record<string | number, unknown> | undefined)?.[segment], values);
}

function toKey(path: readonly (string | number)[]): string {
  return path.map((segment) => String(segment).replace(/[\\.,=[\]{}]/g, "\\$&")).join(".");
}
