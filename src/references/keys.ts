import type { Dangling } from "./dangling.ts";
import { type ChartEntry, isOfChart } from "./entry.ts";
import { isTypo, likelyName, quoteSome } from "./names.ts";
import { mappingAt, textAt } from "./reading.ts";
import type { ReferenceIndex } from "./reference-index.ts";

/** What a field names in a Secret or ConfigMap. */
export interface KeyReference {
  entry: ChartEntry;
  field: string;
  kind: "Secret" | "ConfigMap";
  name: string;
  key: string;
}

// Another program fills the object.
const filledBy = /replicat|reflect|generat|inject|vault|sync/i;
const TOKEN_TYPE = "kubernetes.io/service-account-token";

/** The reference, when the chart renders the object, and without this key. */
export function missingKey(index: ReferenceIndex, { entry, field, kind, name, key }: KeyReference): Dangling[] {
  const found = index.all(kind, entry.namespace).filter((each) => each.name === name);
  const own = found.filter(isOfChart);
  if (own.length === 0 || own.length < found.length || own.some(isFilledLater)) return [];
  const keys = own.flatMap(keysOf);
  if (keys.includes(key) || keys.length === 0) return [];
  const isMistyped = keys.some((other) => isTypo(key, other));
  if (!isMistyped && (index.makers.mayChange(kind) || index.makers.mayMake(kind, name))) return [];
  const likely = likelyName(key, keys);
  const hint =
    likely === undefined ? `it has ${quoteSome(keys)}` : `did you mean "${likely}"? It has ${quoteSome(keys)}`;
  const message = `${kind} "${name}" has no key "${key}"`;
  return [{ entry, field, reason: "NoSuchKey", severity: "error", message, hint, lookups: [] }];
}

function isFilledLater({ object }: ChartEntry): boolean {
  const annotations = Object.keys(mappingAt(object, "metadata", "annotations"));
  return textAt(object, "type") === TOKEN_TYPE || annotations.some((key) => filledBy.test(key));
}

function keysOf({ object }: ChartEntry): string[] {
  return ["data", "stringData", "binaryData"].flatMap((part) => Object.keys(mappingAt(object, part)));
}
