import { findDuplicates } from "../../chart/duplicates.ts";
import { findDuplicateKey } from "../../chart/yaml.ts";
import type { ChartObject } from "../../findings/chart-objects.ts";
import type { Finding } from "../../findings/finding.ts";
import { objectFinding } from "../../findings/object-finding.ts";
import { hookRunWarnings } from "./hook-run-warnings.ts";
import { hookWarnings } from "./hook-warnings.ts";
import { quantityWarnings } from "./quantity-warnings.ts";
import { scheduleWarnings } from "./schedule-warnings.ts";

// The Pods of a StatefulSet carry a label with its name and a hash of 10 characters, and a label at most 63.
const MAX_STATEFUL_SET_NAME = 52;

/** What is wrong with a chart's objects and does not show in a request to the API server for one of them. */
export function staticFindings(objects: readonly ChartObject[], namespace: string): Finding[] {
  return [
    ...objects.flatMap(problemFindings),
    ...objects.flatMap(nameFindings),
    ...duplicateFindings(objects, namespace),
    ...defaultFindings(objects),
  ];
}

/** What is questionable about a chart's objects: Helm installs them all the same. */
export function staticWarnings(objects: readonly ChartObject[]): Finding[] {
  if (objects.length === 0) return [noObjects];
  const documents = Map.groupBy(objects, ({ role, template, line }) => `${role} ${template} ${line}`);
  return [
    ...[...documents.values()].flatMap(duplicateKeyWarnings),
    ...objects.flatMap(hookWarnings),
    ...objects.flatMap(hookRunWarnings),
    ...objects.flatMap(quantityWarnings),
    ...objects.flatMap(scheduleWarnings),
  ];
}

const noObjects: Finding = {
  severity: "warning",
  step: "dry-run",
  message: "the chart renders no object with these values: nothing was tested",
  reason: "NoObjects",
  hint: "add a file ci/*-values.yaml with values that render the chart's objects",
};

function duplicateKeyWarnings(items: readonly ChartObject[]): Finding[] {
  const [first] = items;
  const duplicate = first === undefined ? undefined : findDuplicateKey(first.text);
  if (first === undefined || duplicate === undefined) return [];
  const { key, line } = duplicate;
  const message = `the key "${key}" occurs twice in a mapping (line ${line} of the document): the last value wins`;
  const warning = { severity: "warning", message, reason: "DuplicateKey", hint: "remove one of the two" } as const;
  const { object, ...finding } = objectFinding(first, warning);
  // The items of a list share one text: any of them may have the key.
  return [items.length === 1 && object !== undefined ? { ...finding, object } : finding];
}

function problemFindings(item: ChartObject): Finding[] {
  if (item.problem === undefined) return [];
  return [
    objectFinding(item, {
      message: `${item.template} does not render to a Kubernetes object: ${item.problem}`,
      reason: "manifest",
    }),
  ];
}

function nameFindings(item: ChartObject): Finding[] {
  if (item.problem !== undefined) return [];
  const { kind, metadata } = item.object;
  if (metadata.name === undefined || metadata.name === "") {
    const isGenerated = metadata.generateName !== undefined;
    const message = isGenerated
      ? "it has a generateName and no name, which server-side apply cannot create"
      : "it has no name";
    return [objectFinding(item, { message, field: "metadata.name", reason: "Invalid" })];
  }
  if (kind !== "StatefulSet" || metadata.name.length <= MAX_STATEFUL_SET_NAME) return [];
  const message =
    `the name has ${metadata.name.length} characters: with more than ${MAX_STATEFUL_SET_NAME}, ` +
    "its Pods cannot be created, because their label controller-revision-hash exceeds 63 characters";
  return [objectFinding(item, { message, field: "metadata.name", reason: "Invalid" })];
}

// Each of them is accepted alone. Two that are created at once both exist, and the API server refuses every later change of either.
function defaultFindings(objects: readonly ChartObject[]): Finding[] {
  const isDefault = ({ problem, object }: ChartObject) =>
    problem === undefined && object.kind === "PriorityClass" && object.globalDefault === true;
  const [first, ...others] = objects.filter(isDefault);
  if (first === undefined) return [];
  const message = `the PriorityClass ${first.object.metadata.name} of the chart is already marked as default: only one can be`;
  const hint = "set globalDefault in one of the two";
  return others.map((other) => objectFinding(other, { message, field: "globalDefault", reason: "Forbidden", hint }));
}

function duplicateFindings(objects: readonly ChartObject[], namespace: string): Finding[] {
  const sound = objects.filter((item) => item.problem === undefined);
  const events = new Set(sound.flatMap((item) => item.hook?.events ?? []));
  // Hooks may have the same name unless they run at the same event.
  const groups = [
    sound.filter((item) => item.role !== "hook"),
    ...[...events].map((event) => sound.filter((item) => item.hook?.events.includes(event))),
  ];
  const seen = new Set<unknown>();
  return groups.flatMap((group) =>
    findDuplicates(group, namespace).flatMap(({ first, second }) => {
      if (seen.has(second)) return [];
      seen.add(second);
      const elsewhere = first.template === second.template ? "twice in this template" : `also in ${first.template}`;
      const message = `${second.object.kind} "${second.object.metadata.name}" is ${elsewhere}: the later one overwrites the other`;
      return [objectFinding(second as ChartObject, { message, reason: "Duplicate" })];
    }),
  );
}
