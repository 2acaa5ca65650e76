import { selects } from "../readiness/pod-spec.ts";
import type { Dangling, Lookup } from "./dangling.ts";
import type { ChartEntry } from "./entry.ts";
import { apiVersionOf } from "./kinds.ts";
import { isTypo } from "./names.ts";
import { labelsOfPods, missingPodName } from "./pod-names.ts";
import { labelsAt, listAt, type Mapping, textAt, textsAt } from "./reading.ts";
import type { OwnedTemplate, ReferenceIndex } from "./reference-index.ts";

/** A label selector of a rendered object. */
export interface Selector {
  matchLabels: Record<string, string>;
  matchExpressions: { key: string; operator: string; values: string[] }[];
}

/** The selector at a field; `undefined` when it is empty or absent, and therefore names nothing. */
export function selectorAt(value: unknown, ...path: string[]): Selector | undefined {
  const matchLabels = labelsAt(value, ...path, "matchLabels");
  const matchExpressions = listAt(value, ...path, "matchExpressions").map(toRequirement);
  return Object.keys(matchLabels).length + matchExpressions.length === 0
    ? undefined
    : { matchLabels, matchExpressions };
}

function toRequirement(expression: Mapping) {
  const key = textAt(expression, "key") ?? "";
  return { key, operator: textAt(expression, "operator") ?? "", values: textsAt(expression, "values") };
}

/** A field that selects Pods. */
export interface PodSelection {
  entry: ChartEntry;
  field: string;
  selector: Selector;
  /** It may well be about the Pods of another chart. @default false */
  mayBeForeign?: boolean;
}

// Kubernetes adds these labels to Pods.
const added =
  /^(statefulset\.kubernetes\.io\/pod-name|apps\.kubernetes\.io\/pod-index|(batch\.kubernetes\.io\/)?(job-name|controller-uid|job-completion-index)|pod-template-hash|rollouts-pod-template-hash|controller-revision-hash|topology\.kubernetes\.io\/(zone|region))$/;
const releaseLabels = new Set(["app.kubernetes.io/instance", "release"]);
const clusterPods =
  /^(kube-dns|coredns|kube-(apiserver|scheduler|controller-manager|proxy)|etcd|control-plane|metrics-server)$/;
const podOwners = ["Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"] as const;

/** The Pod templates that a field selects, and what is wrong when there is none. */
export function selectPods(
  index: ReferenceIndex,
  { entry, field, selector, mayBeForeign = false }: PodSelection,
): { pods: OwnedTemplate[]; dangling: Dangling[] } {
  const { namespace } = entry;
  const templates = index.templates(namespace);
  const wanted = selector.matchLabels;
  const pods = templates.filter((template) => selects(selector, labelsOfPods(template, wanted)));
  if (pods.length > 0) return { pods, dangling: [] };
  const missingName = missingPodName(index, { entry, field, wanted });
  if (missingName !== undefined) return { pods, dangling: missingName };
  const closest = findClosest(
    templates.filter(({ owner }) => owner.item !== undefined),
    selector,
  );
  if (closest === undefined) return { pods, dangling: [] };
  const severity = judge(index, closest, mayBeForeign);
  if (severity === undefined) return { pods, dangling: [] };
  const lookups = podOwners.map((kind): Lookup => ({ apiVersion: apiVersionOf(kind), kind, namespace }));
  const dangling: Dangling = {
    entry,
    field,
    reason: "SelectsNoPods",
    severity,
    message: `no Pod has the labels that it selects: ${formatSelector(selector)}`,
    hint: `use the labels of ${ownerText(closest.template)}, which have ${closest.differences.map(differenceText).join(", ")}`,
    lookups,
  };
  return { pods, dangling: [dangling] };
}

interface Difference {
  key: string;
  wanted: string[];
  /** Absent when the Pods do not have the label. */
  got?: string | undefined;
}

interface Closest {
  template: OwnedTemplate;
  differences: Difference[];
  matchingCount: number;
}

function findClosest(templates: readonly OwnedTemplate[], selector: Selector): Closest | undefined {
  const wanted = wantedLabels(selector);
  const all = templates.map((template): Closest => {
    const differences = wanted.flatMap(({ key, values }): Difference[] => {
      const got = template.labels[key];
      return got !== undefined && values.includes(got) ? [] : [{ key, wanted: values, got }];
    });
    return { template, differences, matchingCount: wanted.length - differences.length };
  });
  return all.filter(({ differences }) => differences.length > 0).sort(byLikeness)[0];
}

// The label with another value is nearer than the label that is missing.
function byLikeness(one: Closest, other: Closest): number {
  const missing = ({ differences }: Closest) => differences.filter(({ got }) => got === undefined).length;
  const typos = ({ template, differences }: Closest) => differences.filter((each) => isMistyped(each, template)).length;
  return other.matchingCount - one.matchingCount || typos(other) - typos(one) || missing(one) - missing(other);
}

function wantedLabels({ matchLabels, matchExpressions }: Selector): { key: string; values: string[] }[] {
  return [
    ...Object.entries(matchLabels).map(([key, value]) => ({ key, values: [value] })),
    ...matchExpressions.flatMap(({ key, operator, values }) => (operator === "In" ? [{ key, values }] : [])),
  ];
}

// An error only where nothing but the templates of the chart decides which labels its Pods have.
function judge(
  index: ReferenceIndex,
  { template, differences, matchingCount }: Closest,
  mayBeForeign: boolean,
): "error" | "warning" | undefined {
  if (differences.every((difference) => isMistyped(difference, template))) return "error";
  if (differences.some(({ key, wanted }) => added.test(key) || wanted.some((value) => clusterPods.test(value)))) {
    return undefined;
  }
  const { makers } = index;
  if (makers.mayMakePods) return undefined;
  const areSetLater = differences.every(({ got }) => got === undefined);
  if (areSetLater && makers.mayLabelPods) return undefined;
  // Pods that an installation of another chart has.
  const isOther = differences.some(
    ({ key, wanted }) => releaseLabels.has(key) && wanted.some((value) => index.isGivenName(value)),
  );
  const isForeign = isOther || (mayBeForeign && matchingCount === 0);
  return isForeign || !template.isExact ? "warning" : "error";
}

function isMistyped({ key, wanted, got }: Difference, { labels }: OwnedTemplate): boolean {
  if (got !== undefined) return wanted.some((value) => isTypo(value, got));
  return Object.entries(labels).some(([other, value]) => isTypo(key, other) && wanted.includes(value));
}

function ownerText({ owner: { object, name } }: OwnedTemplate): string {
  return object.kind === "Pod" ? `Pod ${name}` : `the Pods of ${object.kind} ${name}`;
}

function differenceText({ key, got }: Difference): string {
  return got === undefined ? `no label ${key}` : `${key}=${got}`;
}

/** `app=web, tier in (a, b)`, as kubectl writes selectors. */
export function formatSelector({ matchLabels, matchExpressions }: Selector): string {
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const others = matchExpressions.map(({ key, operator, values }) => {
    if (operator === "Exists") return key;
    if (operator === "DoesNotExist") return `!${key}`;
    return `${key} ${operator === "In" ? "in" : "notin"} (${values.join(", ")})`;
  });
  return [...equal, ...others].join(", ");
}
