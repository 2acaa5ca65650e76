import { groupOf } from "../../kube/object-ref.ts";
import { selects } from "../../readiness/pod-spec.ts";
import { type Dangling, missingObject } from "../dangling.ts";
import type { ChartEntry, Entry } from "../entry.ts";
import { misspeltLabel } from "../misspelt-label.ts";
import { isTypo } from "../names.ts";
import { labelsAt, type Mapping, mappingAt, textAt } from "../reading.ts";
import type { ReferenceIndex } from "../reference-index.ts";
import { formatSelector, selectorAt } from "../select-pods.ts";

const ADMISSION = "admissionregistration.k8s.io/v1";

/** Policies that the bindings of admission policies name, and their parameters, that do not exist. */
export function admissionBindings(index: ReferenceIndex): Dangling[] {
  return (["ValidatingAdmissionPolicy", "MutatingAdmissionPolicy"] as const).flatMap((kind) =>
    index.ofChart(ADMISSION, `${kind}Binding`).flatMap((entry) => {
      const name = textAt(entry.object, "spec", "policyName");
      if (name === undefined) return [];
      const { namespace } = entry;
      const policy = index.find(kind, name, namespace);
      return policy === undefined
        ? missingObject(index, { entry, field: "spec.policyName", kind, name, namespace, reason: "NoSuchPolicy" })
        : missingParameter(index, entry, policy);
    }),
  );
}

function missingParameter(index: ReferenceIndex, entry: ChartEntry, policy: Entry): Dangling[] {
  const apiVersion = textAt(policy.object, "spec", "paramKind", "apiVersion");
  const kind = textAt(policy.object, "spec", "paramKind", "kind");
  const paramRef = mappingAt(entry.object, "spec", "paramRef");
  if (apiVersion === undefined || kind === undefined) return [];
  const namespace = textAt(paramRef, "namespace");
  if (namespace !== undefined && isClusterScoped(index, apiVersion, kind)) return [namespaced(entry, kind)];
  const known = index
    .ofKind(apiVersion, kind)
    .filter((each) => namespace === undefined || each.namespace === namespace);
  const wanted = wantedOf(paramRef, known);
  if (wanted === undefined || wanted.isFound) return [];
  const isRefused = paramRef.parameterNotFoundAction === "Deny";
  const where = namespace === undefined ? "any namespace" : `the namespace ${namespace}`;
  const effect = isRefused ? "every request that the policy matches is refused" : "the policy has no effect";
  const isError = wanted.typo !== undefined || (wanted.name !== undefined && isOwn(index, wanted.name));
  // With Allow, parameters may be left to users.
  if (!isError && !isRefused) return [];
  return [
    {
      entry,
      field: `spec.paramRef.${wanted.name === undefined ? "selector" : "name"}`,
      reason: "NoSuchParameter",
      severity: isError ? "error" : "warning",
      message: `no ${kind} ${wanted.text} exists in ${where}: ${effect}`,
      hint:
        wanted.typo === undefined
          ? `create the ${kind} in the chart. If users create it, pass it: check --given <file>`
          : `did you mean ${wanted.typo}?`,
      lookups: [{ apiVersion, kind, ...(namespace !== undefined && { namespace }) }],
    },
  ];
}

// The API server knows the scope only when it evaluates the policy.
function isClusterScoped(index: ReferenceIndex, apiVersion: string, kind: string): boolean {
  return index.ofChart("apiextensions.k8s.io/v1", "CustomResourceDefinition").some(({ object }) => {
    const { group, scope } = mappingAt(object, "spec");
    return group === groupOf(apiVersion) && scope === "Cluster" && textAt(object, "spec", "names", "kind") === kind;
  });
}

function namespaced(entry: ChartEntry, kind: string): Dangling {
  return {
    entry,
    field: "spec.paramRef.namespace",
    reason: "NoSuchParameter",
    severity: "error",
    message: `${kind} is cluster-scoped: with a namespace, every request that the policy matches is refused`,
    hint: "leave the namespace out",
    lookups: [],
  };
}

interface Wanted {
  /** Absent for a selector. */
  name?: string;
  text: string;
  isFound: boolean;
  /** What the chart has and most probably means. */
  typo?: string | undefined;
}

function wantedOf(paramRef: Mapping, known: readonly Entry[]): Wanted | undefined {
  const own = known.filter(({ item }) => item !== undefined);
  const name = textAt(paramRef, "name");
  if (name !== undefined) {
    const typo = own.find((other) => isTypo(name, other.name))?.name;
    const isFound = known.some((each) => each.name === name);
    return { name, text: `"${name}"`, isFound, typo: typo === undefined ? undefined : JSON.stringify(typo) };
  }
  const selector = selectorAt(paramRef, "selector");
  if (selector === undefined) return undefined;
  const labels = known.map(({ object }) => labelsAt(object, "metadata", "labels"));
  return {
    text: `with the labels ${formatSelector(selector)}`,
    isFound: labels.some((each) => selects(selector, each)),
    typo: misspeltLabel(
      selector.matchLabels,
      own.map(({ object }) => labelsAt(object, "metadata", "labels")),
    ),
  };
}

function isOwn(index: ReferenceIndex, name: string): boolean {
  return index.isOwnName(name) && !index.isGivenName(name);
}
