import type { CaseDiff, ChartDiff, ObjectDiff } from "../../diff/diff-result.ts";

/** Cases of a chart that differ in the same way, and what is new in them to a reader of the groups before. */
export interface CaseGroup {
  names: string[];
  /** The first of the cases, without the objects that a group before has shown. */
  shown: CaseDiff;
  /** The number of objects that differ as in a group before. */
  repeatedCount: number;
}

/** The cases of a chart, each difference once. */
export function groupCases({ cases }: ChartDiff): CaseGroup[] {
  const groups = Map.groupBy(cases, ({ name: _name, isNew: _isNew, ...rest }) =>
    // What is random in them does not matter then.
    rest.verdict === "same" ? "same" : JSON.stringify(rest),
  );
  const known = new Set<string>();
  return [...groups.values()].map((same) => {
    const first = same[0] as CaseDiff;
    const fresh = first.objects.filter((object) => !known.has(keyOf(object)));
    for (const object of first.objects) known.add(keyOf(object));
    return {
      names: same.map(({ name, isNew }) => (isNew === true ? `${name} (new)` : name)),
      shown: { ...first, objects: fresh },
      repeatedCount: first.objects.length - fresh.length,
    };
  });
}

function keyOf(object: ObjectDiff): string {
  return JSON.stringify(object);
}
