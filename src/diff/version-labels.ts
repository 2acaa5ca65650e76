import type { ValueChange } from "./compare-values.ts";

// What charts write their own version into: https://helm.sh/docs/chart_best_practices/labels
const names = new Set(["helm.sh/chart", "app.kubernetes.io/version", "chart"]);

/** Whether a label with the version of the chart or of its application has another value: every object of the chart has it. */
export function isVersionLabel({ path, before, after }: ValueChange): boolean {
  const [metadata, labels, name] = path.slice(-3);
  if (metadata !== "metadata" || labels !== "labels" || typeof name !== "string") return false;
  return names.has(name) && typeof before === "string" && typeof after === "string";
}
