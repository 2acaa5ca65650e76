import type { Dangling } from "../dangling.ts";
import { listAt, type Mapping, mappingAt } from "../reading.ts";
import type { ReferenceIndex } from "../reference-index.ts";
import { selectorAt, selectPods } from "../select-pods.ts";

interface SpreadRule {
  rule: Mapping;
  field: string;
  /** It may well be about the Pods of other charts. */
  mayBeForeign: boolean;
}

const required = "requiredDuringSchedulingIgnoredDuringExecution";
const preferred = "preferredDuringSchedulingIgnoredDuringExecution";

/** Topology spread constraints and anti-affinity that select no Pods, and therefore spread nothing. Warnings: Pods run all the same. */
export function spreadRules(index: ReferenceIndex): Dangling[] {
  return index.chartTemplates.flatMap(({ owner: entry, spec, path }) =>
    [...constraintsOf(spec, path), ...antiAffinityOf(spec, path)].flatMap(({ rule, field, mayBeForeign }) => {
      const selector = selectorAt(rule, "labelSelector");
      if (selector === undefined) return [];
      return selectPods(index, { entry, field, selector, mayBeForeign })
        .dangling.filter(({ severity }) => severity === "error")
        .map((each): Dangling => ({ ...each, severity: "warning" }));
    }),
  );
}

function constraintsOf(spec: Mapping, path: string): SpreadRule[] {
  return listAt(spec, "topologySpreadConstraints").map((rule, at) => ({
    rule,
    field: `${path}.topologySpreadConstraints[${at}].labelSelector`,
    mayBeForeign: false,
  }));
}

function antiAffinityOf(spec: Mapping, path: string): SpreadRule[] {
  const affinity = mappingAt(spec, "affinity", "podAntiAffinity");
  const base = `${path}.affinity.podAntiAffinity`;
  const terms = [
    ...listAt(affinity, required).map((rule, at) => ({ rule, field: `${base}.${required}[${at}].labelSelector` })),
    ...listAt(affinity, preferred).map((term, at) => ({
      rule: mappingAt(term, "podAffinityTerm"),
      field: `${base}.${preferred}[${at}].podAffinityTerm.labelSelector`,
    })),
  ];
  const isHere = ({ rule }: { rule: Mapping }) => rule.namespaces === undefined && rule.namespaceSelector === undefined;
  return terms.filter(isHere).map((term) => ({ ...term, mayBeForeign: true }));
}
