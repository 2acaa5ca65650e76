import type { CaseDiff, ObjectDiff } from "./diff-result.ts";

/**
 * Whether a difference between two renderings may be one of random values: a field that both have, a name, or NOTES.txt. Then each
 * version has to be rendered once more.
 */
export function mayBeRandom({ objects, notes }: Pick<CaseDiff, "objects" | "notes">): boolean {
  return notes !== undefined || objects.some(hasChangedValue) || haveOtherNames(objects);
}

function hasChangedValue({ change, fields }: ObjectDiff): boolean {
  if (change === "renamed") return true;
  return fields.some(({ before, after, mark }) => mark === undefined && before !== undefined && after !== undefined);
}

// One of them may be the other with another random name.
function haveOtherNames(objects: readonly ObjectDiff[]): boolean {
  const kinds = (change: ObjectDiff["change"]) =>
    objects.filter((each) => each.change === change).map(({ object }) => object.kind);
  const removed = new Set(kinds("removed"));
  return kinds("added").some((kind) => removed.has(kind));
}
