import type { CaseDiff, ChartDiff, ObjectDiff } from "../../diff/diff-result.ts";
import { isOnlyVersion } from "./object-lines.ts";

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
  const groups = Map.groupBy(cases, keyOfCase);
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

function keyOfCase({ name: _name, isNew: _isNew, objects, ...rest }: CaseDiff): string {
  // What is random in cases that are the same does not matter.
  return rest.verdict === "same" ? "same" : JSON.stringify({ ...rest, objects: objects.map(keyOf) });
}

// The values of checksums, which are not shown, differ between cases.
function keyOf(object: ObjectDiff): string {
  // Which objects have nothing but another version does not matter in another case.
  if (isOnlyVersion(object) && object.recreatesPods !== true) return "version";
  const fields = object.fields.map(({ mark, ...field }) => (mark === undefined ? field : { field: field.field, mark }));
  return JSON.stringify({ ...object, fields });
}
