import type { ChartObject } from "../../findings/chart-objects.ts";
import type { Finding } from "../../findings/finding.ts";
import { objectFinding } from "../../findings/object-finding.ts";
import { nearestName } from "../../util/text/nearest-name.ts";

const PREFIX = "helm.sh/hook";
const WEIGHT = `${PREFIX}-weight`;
const policies: Record<string, readonly string[]> = {
  [`${PREFIX}-delete-policy`]: ["before-hook-creation", "hook-succeeded", "hook-failed"],
  [`${PREFIX}-output-log-policy`]: ["hook-succeeded", "hook-failed"],
};
const known = [PREFIX, WEIGHT, ...Object.keys(policies)];

/** Warnings about annotations of hooks that Helm ignores silently. */
export function hookWarnings(item: ChartObject): Finding[] {
  if (item.problem !== undefined) return [];
  const warn = (message: string, hint: string): Finding =>
    objectFinding(item, { severity: "warning", message, reason: "IgnoredHookAnnotation", hint });
  return Object.entries(item.object.metadata.annotations ?? {}).flatMap(([key, value]) => {
    if (!key.startsWith(PREFIX)) return [];
    if (!known.includes(key)) {
      const nearest = nearestName(key, known);
      const hint = nearest === undefined ? `the annotations are ${known.join(", ")}` : `did you mean ${nearest}?`;
      return [warn(`Helm ignores the unknown annotation ${key}`, hint)];
    }
    if (item.role !== "hook") {
      const message = `Helm ignores its annotation ${key}: the object is not a hook`;
      return [
        warn(
          message,
          key === PREFIX ? "Helm reads it neither in crds/ nor in the items of a List" : `add ${PREFIX}, or remove it`,
        ),
      ];
    }
    if (key === WEIGHT) return isWeight(value) ? [] : [warn(weightText(value), "write a whole number in quotes")];
    const values = policies[key] ?? [];
    return value
      .split(",")
      .map((part) => part.trim())
      .filter((part) => key !== PREFIX && !values.includes(part.toLowerCase()))
      .map((part) => {
        const nearest = nearestName(part, values);
        const hint = nearest === undefined ? `the values are ${values.join(", ")}` : `did you mean ${nearest}?`;
        return warn(`Helm ignores the unknown value "${part}" of its annotation ${key}`, hint);
      });
  });
}

// As Go's strconv.Atoi.
function isWeight(value: string): boolean {
  return /^[+-]?\d+$/.test(value);
}

function weightText(value: string): string {
  return `Helm uses the weight 0: "${value}" in its annotation ${WEIGHT} is not a whole number`;
}
