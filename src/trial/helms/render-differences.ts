import type { Finding } from "../../findings/finding.ts";
import { showValue } from "../../findings/show-change.ts";
import { type KubeObject, objectKey, toObjectRef } from "../../kube/object-ref.ts";
import type { TemplateResult } from "../../release/results.ts";
import { type FieldChange, fieldChanges, formatPath } from "../../util/field-changes.ts";

/** What two Helms have rendered from one chart with the same values. */
export interface BothRendered {
  by3: TemplateResult;
  by4: TemplateResult;
}

/** How two renderings of one chart differ. */
export interface RenderDifferences {
  findings: Finding[];
  /** What differs and makes no difference for objects, for people. */
  notes: string[];
}

/** The reason of every finding about a difference between Helm 3 and Helm 4. */
export const HELM_VERSIONS_DIFFER = "HelmVersionsDiffer";

const MAX_NOTES = 8;

/**
 * Compares what Helm 3 and Helm 4 have rendered, object for object and then byte for byte. `again` are further renderings: fields
 * that differ between two renderings with the same Helm are random or depend on the time, and are left out.
 */
export function renderDifferences(both: BothRendered, again: readonly BothRendered[]): RenderDifferences {
  const { by3, by4 } = both;
  const [old, fresh] = [objectsOf(by3), objectsOf(by4)];
  const random = randomParts(both, again);
  const keys = [...new Set([...old.keys(), ...fresh.keys()])];
  const findings = keys.flatMap((key) => {
    const object = fresh.get(key) ?? old.get(key);
    const isLonely = !old.has(key) || !fresh.has(key);
    if (object === undefined || random.names.has(key)) return [];
    if (isLonely && random.families.has(familyOf(object, fresh.has(key) ? by4 : by3))) return [];
    return compareObject(old.get(key), fresh.get(key), both, random.fields.get(key));
  });
  return {
    findings: [...findings, ...crdFindings(by3, by4), ...notesFinding(both, again)],
    notes: [...orderNote(by3, by4), ...whiteSpaceNote(by3, by4, findings.length + random.fields.size > 0)],
  };
}

type Objects = ReadonlyMap<string, KubeObject>;

/** What differs between two renderings with the same Helm. */
interface RandomParts {
  /** The paths of fields, by the key of their object. */
  fields: ReadonlyMap<string, ReadonlySet<string>>;
  /** The keys of objects that not every rendering has. */
  names: ReadonlySet<string>;
  /** The kinds and templates of those objects. */
  families: ReadonlySet<string>;
}

// Their order distinguishes objects of one name.
function objectsOf({ documents }: TemplateResult): Objects {
  const counts = new Map<string, number>();
  return new Map(
    documents.map((object) => {
      const key = objectKey(toObjectRef(object));
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return [`${key}#${count}`, object];
    }),
  );
}

function randomParts(both: BothRendered, again: readonly BothRendered[]): RandomParts {
  const fields = new Map<string, Set<string>>();
  const names = new Set<string>();
  const families = new Set<string>();
  const pairs = again.flatMap(({ by3, by4 }) => [[both.by3, by3] as const, [both.by4, by4] as const]);
  for (const [first, second] of pairs) {
    const [ones, others] = [objectsOf(first), objectsOf(second)];
    for (const key of new Set([...ones.keys(), ...others.keys()])) {
      const [one, other] = [ones.get(key), others.get(key)];
      if (one === undefined || other === undefined) {
        names.add(key);
        if (one !== undefined) families.add(familyOf(one, first));
        if (other !== undefined) families.add(familyOf(other, second));
        continue;
      }
      const paths = fieldChanges(one, other).map(({ path }) => formatPath(path));
      if (paths.length > 0) fields.set(key, new Set([...(fields.get(key) ?? []), ...paths]));
    }
  }
  return { fields, names, families };
}

function familyOf(object: KubeObject, result: TemplateResult): string {
  return `${object.kind} ${result.sourceOf(object)?.template ?? ""}`;
}

function compareObject(
  old: KubeObject | undefined,
  fresh: KubeObject | undefined,
  { by3, by4 }: BothRendered,
  random: ReadonlySet<string> | undefined,
): Finding[] {
  const object = fresh ?? old;
  if (object === undefined) return [];
  const template = fresh === undefined ? by3.sourceOf(object)?.template : by4.sourceOf(object)?.template;
  const base = {
    step: "both-helms",
    reason: HELM_VERSIONS_DIFFER,
    object: toObjectRef(object),
    ...(template === undefined || template === "" ? {} : { template }),
  } as const;
  if (old === undefined || fresh === undefined) {
    const only = fresh === undefined ? 3 : 4;
    return [{ ...base, severity: "error", message: `only Helm ${only} renders this object` }];
  }
  const changes = fieldChanges(old, fresh).filter(({ path }) => !isWithin(formatPath(path), random));
  const [first] = changes;
  if (first === undefined) return [];
  const count = changes.length === 1 ? "this field" : `${changes.length} fields`;
  return [
    {
      ...base,
      severity: changes.every(isHarmless) ? "warning" : "error",
      message: `Helm 3 and Helm 4 render ${count} differently`,
      ...(changes.length === 1 ? { field: formatPath(first.path) } : {}),
      notes: changes.slice(0, MAX_NOTES).map((change) => showBoth(object, change)),
      ...(changes.some(isNull) ? { hint: nullHint } : {}),
    },
  ];
}

const nullHint =
  "Helm 4 leaves out values that are null in the chart's own values.yaml, Helm 3 renders them: remove the null from " +
  "values.yaml, or test the value before it is rendered";

function isWithin(path: string, random: ReadonlySet<string> | undefined): boolean {
  return random !== undefined && [...random].some((field) => path === field || path.startsWith(`${field}.`));
}

function showBoth(object: KubeObject, { path, before, after }: FieldChange): string {
  return `${formatPath(path)}: Helm 3 renders ${showValue(object, path, before)}, Helm 4 ${showValue(object, path, after)}`;
}

// Nobody's objects work differently: labels may select, but selectors are not among them.
function isHarmless(change: FieldChange): boolean {
  const { path } = change;
  const metadata = path.indexOf("metadata");
  const isMetadata = metadata !== -1 && (path[metadata + 1] === "labels" || path[metadata + 1] === "annotations");
  const isHook = path.some((segment) => String(segment).startsWith("helm.sh/"));
  return (isMetadata && !isHook) || isNull(change);
}

// The API server treats a field that is null as one that is absent.
function isNull({ before, after }: FieldChange): boolean {
  return isEmpty(before) && isEmpty(after);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined;
}

function crdFindings(by3: TemplateResult, by4: TemplateResult): Finding[] {
  const files = new Set([...by3.crds, ...by4.crds].map(({ file }) => file));
  return [...files].flatMap((file): Finding[] => {
    const [old, fresh] = [by3, by4].map(({ crds }) => crds.find((crd) => crd.file === file)?.manifest);
    if (old === fresh) return [];
    const message =
      old === undefined || fresh === undefined
        ? `only Helm ${fresh === undefined ? 3 : 4} reads this file of crds/`
        : "Helm 3 and Helm 4 read this file of crds/ differently";
    return [{ severity: "error", step: "both-helms", reason: HELM_VERSIONS_DIFFER, message, template: file }];
  });
}

function notesFinding({ by3, by4 }: BothRendered, again: readonly BothRendered[]): Finding[] {
  const [old, fresh] = [textOfNotes(by3), textOfNotes(by4)];
  const isRandom = again.some((other) => textOfNotes(other.by3) !== old || textOfNotes(other.by4) !== fresh);
  if (old === fresh || isRandom) return [];
  return [
    {
      severity: "warning",
      step: "both-helms",
      reason: HELM_VERSIONS_DIFFER,
      message: "Helm 3 and Helm 4 render these notes differently",
      template: `${by4.chart.name}/templates/NOTES.txt`,
      notes: lineDifference(by3.notes, by4.notes),
    },
  ];
}

function lineDifference(old: string, fresh: string): string[] {
  const [oldLines, freshLines] = [old, fresh].map((text) => text.split("\n").map((line) => line.trim()));
  const index = (freshLines ?? []).findIndex((line, position) => line !== oldLines?.[position]);
  const at = index === -1 ? (freshLines?.length ?? 0) : index;
  const show = (lines: string[] | undefined) => JSON.stringify((lines?.[at] ?? "").slice(0, 80));
  return [`line ${at + 1}: Helm 3 renders ${show(oldLines)}, Helm 4 ${show(freshLines)}`];
}

// Helm creates objects in this order, by their kinds.
function orderNote(by3: TemplateResult, by4: TemplateResult): string[] {
  const [old, fresh] = [objectsOf(by3), objectsOf(by4)];
  const both = (one: Objects, other: Objects) => [...one.keys()].filter((key) => other.has(key));
  const [oldKeys, freshKeys] = [both(old, fresh), both(fresh, old)];
  const index = freshKeys.findIndex((key, position) => key !== oldKeys[position]);
  const [then, now] = [old.get(oldKeys[index] ?? ""), fresh.get(freshKeys[index] ?? "")];
  if (index === -1 || then === undefined || now === undefined) return [];
  return [
    `Helm 3 and Helm 4 create the objects in another order: Helm 3 creates ${then.kind} ${then.metadata.name} where ` +
      `Helm 4 creates ${now.kind} ${now.metadata.name}`,
  ];
}

function whiteSpaceNote(by3: TemplateResult, by4: TemplateResult, isDifferent: boolean): string[] {
  const texts = ({ manifest, hooks }: TemplateResult) =>
    [manifest, ...hooks.map((hook) => hook.manifest)].join("\n---\n");
  if (isDifferent || texts(by3) === texts(by4)) return [];
  return ["Helm 3 and Helm 4 render different white space or comments; the objects are the same"];
}

function textOfNotes({ notes }: TemplateResult): string {
  return notes.replace(/\s+/g, " ").trim();
}
