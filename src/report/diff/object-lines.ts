import type { FieldDiff, ObjectDiff } from "../../diff/diff-result.ts";
import { formatObjectRef, type ObjectRef } from "../../kube/object-ref.ts";
import { toPrintableLine } from "../../util/text/printable.ts";
import { type DiffLine, line, type Sign } from "./diff-line.ts";
import { fieldLines } from "./field-lines.ts";

const signs: Record<ObjectDiff["change"], Sign> = { added: "+", removed: "-", changed: "~", renamed: "~" };

/** The lines of objects that differ: a title and the fields of each. What only the chart's version changes is one line for all. */
export function objectLines(objects: readonly ObjectDiff[]): DiffLine[] {
  const shown = objects.filter((object) => !isOnlyVersion(object));
  return [...shown.flatMap(oneObject), ...versionLines(objects)];
}

/** Whether nothing differs but labels with the chart's own version. */
export function isOnlyVersion({ change, fields }: ObjectDiff): boolean {
  return change === "changed" && fields.every(({ mark }) => mark === "version");
}

/** An object for people: `Deployment web`, `Service web → web-http`. */
export function objectTitle({ object, before }: ObjectDiff): string {
  const name = toPrintableLine(formatObjectRef(object));
  return before === undefined ? name : `${toPrintableLine(formatObjectRef(before))} → ${nameOf(object)}`;
}

/** What an upgrade does with an object besides changing its fields. */
export function effectsOf({ role, recreatesPods, fields, change }: ObjectDiff): string[] {
  return [
    ...(change === "changed" && fields.every(({ mark }) => mark === "checksum") ? ["only a checksum"] : []),
    ...(recreatesPods === true ? ["new Pods"] : []),
    // Helm creates what is in crds/ with the first installation only.
    ...(role === "crd" ? ["helm upgrade ignores crds/"] : []),
  ];
}

function oneObject(object: ObjectDiff): DiffLine[] {
  const { role, template } = object;
  const where = [...(role === "hook" ? ["hook"] : []), ...(template === undefined ? [] : [toPrintableLine(template)])];
  const notes = [...effectsOf(object), ...where];
  const title = `${object.change} ${objectTitle(object)}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}`;
  const fields = object.fields.filter(({ mark }) => mark !== "version");
  return [line(signs[object.change], 0, title), ...fields.flatMap((field) => fieldLines(field, 1))];
}

function versionLines(objects: readonly ObjectDiff[]): DiffLine[] {
  const labelled = objects.filter(({ fields }) => fields.some(({ mark }) => mark === "version"));
  if (labelled.length === 0) return [];
  const changes = new Set(
    labelled.flatMap(({ fields }) => fields.filter(({ mark }) => mark === "version").map(toLabel)),
  );
  const count = labelled.length === 1 ? "1 object" : `${labelled.length} objects`;
  const restarted = objects.filter((object) => isOnlyVersion(object) && object.recreatesPods === true).map(objectTitle);
  return [
    line("~", 0, `version labels of ${count}`),
    ...[...changes].map((text) => line("~", 1, text)),
    ...(restarted.length === 0 ? [] : [line("~", 1, `new Pods: ${restarted.join(", ")}`)]),
  ];
}

// The label is the same wherever it is: in an object, or in its Pod template.
function toLabel({ field, before, after }: FieldDiff): string {
  const name = /(?:\[([^\]]*)\]|\.([^.[\]]+))$/.exec(field);
  return toPrintableLine(`${name?.[1] ?? name?.[2] ?? field}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`);
}

function nameOf({ namespace, name }: ObjectRef): string {
  return toPrintableLine(namespace === undefined ? name : `${namespace}/${name}`);
}
