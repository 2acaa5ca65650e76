import { isMapping } from "../../../util/is-mapping.ts";
import type { Dangling } from "../../dangling.ts";
import type { ChartEntry } from "../../entry.ts";
import { isTypo } from "../../names.ts";
import { textAt } from "../../reading.ts";
import type { ReferenceIndex } from "../../reference-index.ts";
import type { ReferenceReason } from "../../reference-reasons.ts";

const MAX_DEPTH = 10;
// What an operator writes, and what has checks of its own.
const excluded = /privateKey|writeTo|target|output|template(?:Spec)?$|metadata|issuerRef|backend|parentRef/i;
const reasons: Record<string, ReferenceReason> = {
  Secret: "NoSuchSecret",
  ConfigMap: "NoSuchConfigMap",
  Service: "NoSuchService",
  ServiceAccount: "NoSuchServiceAccount",
  SecretStore: "NoSuchStore",
};

/**
 * Names in custom resources of any operator that differ by a letter or two from an object of the chart: `elasticsearchRef`,
 * `cluster.name`, `middlewares[0].name`, `serviceAccountName`. The field says which kind is meant.
 */
export function customNames(index: ReferenceIndex): Dangling[] {
  return index.customs.flatMap((entry) => {
    const names = search(entry.object.spec, "spec", "", MAX_DEPTH);
    return names.flatMap((found) => misspelt(index, entry, found));
  });
}

interface FoundName {
  name: string;
  /** What the field is called, or the kind that it names, in lower case: `elasticsearch`. */
  word: string;
  field: string;
}

function search(value: unknown, path: string, key: string, depth: number): FoundName[] {
  if (depth === 0 || excluded.test(key)) return [];
  if (Array.isArray(value)) return value.flatMap((item, at) => search(item, `${path}[${at}]`, key, depth - 1));
  if (!isMapping(value)) return [];
  const name = textAt(value, "name");
  const isHere = textAt(value, "namespace") === undefined;
  const own =
    name === undefined || !isHere || key === ""
      ? []
      : [{ name, word: (textAt(value, "kind") ?? singular(key)).toLowerCase(), field: `${path}.name` }];
  const inner = Object.entries(value).flatMap(([field, item]): FoundName[] => {
    const word = /^(.*(?:secret|configmap|serviceaccount))Name$/i.exec(field)?.[1];
    if (typeof item !== "string" || word === undefined) return search(item, `${path}.${field}`, field, depth - 1);
    return [{ name: item, word: word.toLowerCase(), field: `${path}.${field}` }];
  });
  return [...own, ...inner];
}

function singular(field: string): string {
  return field.replace(/(?:Ref|Reference)?s?$/, "");
}

function misspelt(index: ReferenceIndex, entry: ChartEntry, { name, word, field }: FoundName): Dangling[] {
  const known = index.ofWord(word, entry.namespace);
  if (known.some((each) => each.name === name)) return [];
  const meant = known.find((each) => each !== entry && isTypo(name, each.name));
  // The operator may make the object: a Certificate names its Secret.
  if (meant === undefined || field === "spec.secretName") return [];
  const { kind, apiVersion } = meant.object;
  const isMade = (kind === "Secret" || kind === "ConfigMap") && index.makers.mayMake(kind, name);
  return [
    {
      entry,
      field,
      reason: reasons[kind] ?? "NoSuchTarget",
      severity: isMade ? "warning" : "error",
      message: `${kind} "${name}" does not exist: neither the chart nor the cluster has it`,
      hint: `did you mean "${meant.name}"?`,
      lookups: [{ apiVersion, kind, namespace: entry.namespace, name }],
    },
  ];
}
