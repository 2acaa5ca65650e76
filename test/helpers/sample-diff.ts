import type { CaseDiff, ChartDiff, DiffResult, ObjectDiff } from "../../src/diff/diff-result.ts";

/** An object that differs in one field, unless the rest says something else. */
export function objectDiff(kind: string, name: string, more: Partial<ObjectDiff> = {}): ObjectDiff {
  const object = { apiVersion: "v1", kind, name };
  const fields = [{ field: "spec.replicas", before: 1, after: 2 }];
  return { change: "changed", object, role: "manifest", template: `web/templates/${name}.yaml`, fields, ...more };
}

/** A case with these objects. */
export function caseDiff(objects: ObjectDiff[], more: Partial<CaseDiff> = {}): CaseDiff {
  return { name: "default", verdict: objects.length > 0 ? "differs" : "same", objects, random: [], ...more };
}

/** A chart that was compared with a commit. */
export function chartDiff(name: string, cases: CaseDiff[], more: Partial<ChartDiff> = {}): ChartDiff {
  const chart = { name, version: "1.1.0", path: `charts/${name}` };
  const previous = { version: "1.0.0", source: "main (merge base 1a2b3c4)" };
  return { chart, change: "changed", previous, verdict: cases[0]?.verdict ?? "differs", cases, ...more };
}

/** A comparison of these charts. */
export function diffResult(charts: ChartDiff[], more: Partial<DiffResult> = {}): DiffResult {
  const verdict = charts.some((chart) => chart.verdict === "errored") ? "errored" : "differs";
  return { verdict, charts, unchanged: [], notes: [], durationMs: 1200, ...more };
}
