import type { CaseDiff, StoredDiff } from "../../diff/diff-result.ts";
import { formatObjectRef } from "../../kube/object-ref.ts";
import { toPrintable, toPrintableLine } from "../../util/text/printable.ts";
import { objectLabel } from "../findings/findings.ts";
import { type DiffLine, line } from "./diff-line.ts";
import type { CaseGroup } from "./group-cases.ts";
import { objectLines } from "./object-lines.ts";
import { textHunks } from "./text-hunks.ts";

const MAX_RANDOM = 5;

/** The lines of cases that differ in the same way. */
export function caseLines({ shown, repeatedCount }: CaseGroup): DiffLine[] {
  const { error, reason, stored, notes } = shown;
  if (error !== undefined) return errorLines(error.message);
  if (reason !== undefined) return [line(" ", 0, `not compared: ${toPrintableLine(reason)}`)];
  return [
    ...objectLines(shown.objects),
    ...(repeatedCount === 0
      ? []
      : [line(" ", 0, `${repeatedCount} more ${repeatedCount === 1 ? "object" : "objects"} as above`)]),
    ...(notes === undefined ? [] : [line("~", 0, "changed NOTES.txt"), ...textHunks(notes.before, notes.after, 1)]),
    ...(shown.verdict === "same" ? [] : randomLines(shown.random)),
    ...(stored === undefined ? [] : storedLines(stored)),
    ...(isSame(shown) && repeatedCount === 0 ? [line(" ", 0, "nothing differs")] : []),
  ];
}

function isSame({ objects, notes, stored }: CaseDiff): boolean {
  return objects.length === 0 && notes === undefined && (stored === undefined || isUnchanged(stored));
}

function isUnchanged({ objects, refused }: StoredDiff): boolean {
  return objects.length === 0 && refused.length === 0;
}

function errorLines(message: string): DiffLine[] {
  const [first = "", ...others] = toPrintable(message).split("\n");
  return [line("-", 0, `could not check: ${first}`), ...others.map((text) => line(" ", 1, text.trimStart()))];
}

function randomLines(random: CaseDiff["random"]): DiffLine[] {
  if (random.length === 0) return [];
  const perObject = [...Map.groupBy(random, ({ object }) => formatObjectRef(object))];
  const names = perObject
    .slice(0, MAX_RANDOM)
    .map(([name, fields]) => `${name} ${fields.map(({ field }) => field).join(", ")}`);
  const more = perObject.length > MAX_RANDOM ? `, and ${perObject.length - MAX_RANDOM} more objects` : "";
  return [line(" ", 0, `random, not compared: ${toPrintableLine(names.join("; "))}${more}`)];
}

function storedLines(stored: StoredDiff): DiffLine[] {
  const title = isUnchanged(stored) ? "stored: the upgrade changes nothing" : "stored by an upgrade:";
  return [line(" ", 0, title), ...storedParts(stored).map((each) => ({ ...each, depth: each.depth + 1 }))];
}

function storedParts({ objects, refused, hooks }: StoredDiff): DiffLine[] {
  return [
    ...refused.flatMap((finding) => [
      line("-", 0, `refused ${toPrintableLine(`${objectLabel(finding.object)} ${finding.field ?? ""}`.trim())}`),
      ...[finding.message, ...(finding.notes ?? [])].map((text) => line("-", 1, toPrintableLine(text))),
      ...(finding.hint === undefined ? [] : [line(" ", 1, `hint: ${toPrintableLine(finding.hint)}`)]),
    ]),
    ...objectLines(objects),
    ...(hooks.length === 0 ? [] : [line(" ", 0, `hooks that run: ${toPrintableLine(hooks.join(", "))}`)]),
  ];
}
