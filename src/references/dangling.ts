import type { ChartEntry } from "./entry.ts";
import { apiVersionOf, isClusterScoped, type ReferredKind } from "./kinds.ts";
import { isTypo, likelyName } from "./names.ts";
import type { ReferenceIndex } from "./reference-index.ts";
import type { ReferenceReason } from "./reference-reasons.ts";

/** Objects that would satisfy a reference if they existed on the control plane: one by its name, or all of a kind. */
export interface Lookup {
  apiVersion: string;
  kind: string;
  /** Absent for cluster-scoped objects. */
  namespace?: string;
  name?: string;
}

/** A reference that leads nowhere. */
export interface Dangling {
  entry: ChartEntry;
  field: string;
  reason: ReferenceReason;
  severity: "error" | "warning";
  message: string;
  hint?: string | undefined;
  lookups: readonly Lookup[];
}

/** What a field of an object of the chart names. */
export interface NamedReference {
  entry: ChartEntry;
  field: string;
  kind: ReferredKind;
  name: string;
  namespace: string;
  reason: ReferenceReason;
  /**
   * What is reported: everything; `mistakes`, which no other installation can put right; or `typos` of a name of the chart.
   * @default "all"
   */
  report?: "all" | "mistakes" | "typos";
}

/** The reference, when it leads nowhere and the chart can be at fault. */
export function missingObject(index: ReferenceIndex, reference: NamedReference): Dangling[] {
  const { entry, field, kind, name, namespace, reason, report = "all" } = reference;
  if (index.find(kind, name, namespace) !== undefined) return [];
  const severity = judge(index, reference);
  if (severity === undefined || (report === "mistakes" && severity !== "error")) return [];
  const known = index.all(kind, namespace).map((each) => each.name);
  if (report === "typos" && !known.some((other) => isTypo(name, other))) return [];
  const elsewhere = isClusterScoped(kind) ? undefined : index.all(kind).find((each) => each.name === name);
  const message =
    elsewhere === undefined
      ? `${kind} "${name}" does not exist: neither the chart nor the cluster has it`
      : `${kind} "${name}" does not exist in the namespace ${namespace}: the chart has it in ${elsewhere.namespace}`;
  const own = index.all(kind, namespace).filter(({ item }) => item !== undefined);
  const likely = likelyName(
    name,
    own.map((each) => each.name),
  );
  const lookup = { apiVersion: apiVersionOf(kind), kind, name };
  return [
    {
      entry,
      field,
      reason,
      severity,
      message,
      hint: hintFor(kind, likely, severity, elsewhere?.namespace),
      lookups: [isClusterScoped(kind) ? lookup : { ...lookup, namespace }],
    },
  ];
}

// An error only where the chart alone decides that the object does not exist.
function judge(index: ReferenceIndex, { kind, name, namespace }: NamedReference): "error" | "warning" | undefined {
  const known = index.all(kind, namespace).filter((each) => each.item !== undefined);
  const isMade = index.makers.mayMake(kind, name);
  if (known.some((other) => isTypo(name, other.name))) return isMade ? "warning" : "error";
  const isElsewhere = !isClusterScoped(kind) && namespace !== index.context.namespace;
  // What other namespaces have is not the chart's matter, unless it renders the object itself.
  if (isElsewhere && !index.all(kind).some((each) => each.item !== undefined && each.name === name)) return undefined;
  // Without Pods and Services of its own, a chart can only mean the Services of others.
  const isBare = known.length === 0 && index.templates(namespace).every(({ owner }) => owner.item === undefined);
  if ((kind === "Service" && isBare && !isElsewhere) || isMade) return undefined;
  if (index.isGivenName(name) || (isElsewhere && index.isGivenName(namespace))) return "warning";
  return isElsewhere || index.isOwnName(name) ? "error" : "warning";
}

function hintFor(
  kind: string,
  likely: string | undefined,
  severity: "error" | "warning",
  elsewhere: string | undefined,
): string {
  if (elsewhere !== undefined) return "use {{ .Release.Namespace }}, or leave the namespace out";
  const question = likely === undefined ? undefined : `did you mean "${likely}"?`;
  if (severity === "error") return question ?? `create the ${kind} in the chart`;
  return `${question ?? `create the ${kind} in the chart.`} If another chart creates it, pass it: check --given <file>`;
}
