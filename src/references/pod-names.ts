import type { KubeObject } from "../kube/object-ref.ts";
import type { Dangling } from "./dangling.ts";
import { type ChartEntry, isOfChart } from "./entry.ts";
import { extendsName, isTypo } from "./names.ts";
import { mappingAt } from "./reading.ts";
import type { OwnedTemplate, ReferenceIndex } from "./reference-index.ts";

const POD_NAME = "statefulset.kubernetes.io/pod-name";

/** The labels of a template's Pods, with the name that a selector wants if a StatefulSet creates a Pod of this name. */
export function labelsOfPods({ labels, owner }: OwnedTemplate, wanted: Record<string, string>): Record<string, string> {
  const name = wanted[POD_NAME];
  const isMade = name !== undefined && owner.object.kind === "StatefulSet" && podNamesOf(owner.object).includes(name);
  return isMade ? { ...labels, [POD_NAME]: name } : labels;
}

/** What is wrong with a selector of one Pod of a StatefulSet that selects no Pod; `undefined` for every other selector. */
export function missingPodName(
  index: ReferenceIndex,
  { entry, field, wanted }: { entry: ChartEntry; field: string; wanted: Record<string, string> },
): Dangling[] | undefined {
  const name = wanted[POD_NAME];
  if (name === undefined) return undefined;
  const sets = index.all("StatefulSet", entry.namespace);
  const own = sets.filter(isOfChart);
  const [first] = own;
  // The Pod exists, and another label is wrong; or nothing is known of the set.
  const isKnown = sets.some(({ object }) => podNamesOf(object).includes(name));
  if (isKnown || first === undefined || index.makers.mayMakePods) return [];
  const base = name.replace(/-\d+$/, "");
  const same = own.find((set) => set.name === base);
  const meant = same ?? own.find((set) => extendsName(set.name, base) || isTypo(base, set.name));
  // Somebody may scale the set.
  const isMistake = same === undefined && meant !== undefined && !index.isGivenName(name);
  const { object, name: setName } = meant ?? first;
  const names = podNamesOf(object);
  const last = names.length > 1 ? ` to ${names.at(-1)}` : "";
  return [
    {
      entry,
      field,
      reason: "SelectsNoPods",
      severity: isMistake ? "error" : "warning",
      message: `no StatefulSet has the Pod that it selects: ${name}`,
      hint:
        names.length === 0 ? `StatefulSet ${setName} has no replicas` : `StatefulSet ${setName} has ${names[0]}${last}`,
      lookups: [{ apiVersion: "apps/v1", kind: "StatefulSet", namespace: entry.namespace }],
    },
  ];
}

const MAX_PODS = 1000;

function podNamesOf({ metadata, spec }: KubeObject): string[] {
  const { replicas } = mappingAt(spec);
  const { start } = mappingAt(spec, "ordinals");
  const from = typeof start === "number" ? start : 0;
  const count = typeof replicas === "number" ? Math.min(replicas, MAX_PODS) : 1;
  return Array.from({ length: Math.max(count, 0) }, (_, at) => `${metadata.name}-${from + at}`);
}
