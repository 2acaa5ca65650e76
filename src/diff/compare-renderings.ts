import type { JsonValue } from "../errors/seatrial-error.ts";
import type { ChartObject } from "../findings/chart-objects.ts";
import { hideSecretsOf } from "../findings/mask-findings.ts";
import { type KubeObject, type ObjectRef, toObjectRef } from "../kube/object-ref.ts";
import { isChecksum } from "../trial/live/generated-checksum.ts";
import { type Hide, hideEverywhere } from "../util/text/hide-secrets.ts";
import { compareValues, formatSegments, namesOf, type ValueChange } from "./compare-values.ts";
import type { CaseDiff, FieldDiff, Mark, ObjectDiff } from "./diff-result.ts";
import { matchObjects, type ObjectPair } from "./match-objects.ts";
import type { Rendering } from "./rendering.ts";
import { isVersionLabel } from "./version-labels.ts";

/** The kinds whose controllers create Pods anew when the Pod template changes. */
const workloads = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

interface ComparedPair {
  pair: ObjectPair;
  changes: ValueChange[];
}

/** What differs between two versions of a chart that are rendered with one set of values, for a release in this namespace. */
export function compareRenderings(
  before: Rendering,
  after: Rendering,
  namespace: string,
): Pick<CaseDiff, "objects" | "notes" | "random"> {
  const hide = hideSecretsOfBoth(before, after);
  const pairs = matchObjects(before.objects, after.objects, namespace).map(comparePair);
  const differing = pairs.filter(
    ({ pair, changes }) =>
      pair.before === undefined || pair.after === undefined || pair.isRenamed || changes.length > 0,
  );
  const toRef = (item: ChartObject) => withoutNamespace(toObjectRef(item.object), namespace);
  const objects = differing.map((compared) =>
    toObjectDiff(compared, hasOtherChange(compared, differing), { hide, toRef }),
  );
  const notes = before.notes === after.notes ? {} : { notes: { before: hide(before.notes), after: hide(after.notes) } };
  return { objects, ...notes, random: uniqueRandom(before, after, namespace) };
}

/** Hides the data of the Secrets of both versions, also of those whose data is random. */
export function hideSecretsOfBoth(before: Rendering, after: Rendering): Hide {
  const all = [...before.objects, ...after.objects].map(({ object }) => object);
  return hideSecretsOf([...before.secrets, ...after.secrets, ...all.filter(({ kind }) => kind !== "Secret")]);
}

/** A reference without the namespace of the release, which depends on the installation. */
export function withoutNamespace({ namespace, ...ref }: ObjectRef, own: string): ObjectRef {
  return namespace === undefined || namespace === own ? ref : { ...ref, namespace };
}

/** Whether a controller creates the Pods of the object anew when this field changes. */
export function isOfPodTemplate({ kind, spec }: KubeObject, path: readonly unknown[]): boolean {
  // Their Pods stay as they are until somebody deletes them.
  const { updateStrategy } = (spec ?? {}) as { updateStrategy?: { type?: string } };
  return workloads.has(kind) && path[0] === "spec" && path[1] === "template" && updateStrategy?.type !== "OnDelete";
}

/** A changed field for a report: the data of Secrets is masked. */
export function toFieldDiff(kind: string, { path, before, after }: ValueChange, hide: Hide, mark?: Mark): FieldDiff {
  const isSecret = kind === "Secret" && (path[0] === "data" || path[0] === "stringData");
  const show = (value: unknown) => (isSecret ? "***" : hideEverywhere(value as JsonValue, hide));
  return {
    field: formatSegments(path),
    ...(before === undefined ? {} : { before: show(before) }),
    ...(after === undefined ? {} : { after: show(after) }),
    ...(mark === undefined ? {} : { mark }),
  };
}

function comparePair(pair: ObjectPair): ComparedPair {
  const { before, after, isRenamed } = pair;
  if (before === undefined || after === undefined) return { pair, changes: [] };
  const changes = compareValues(before.object, after.object);
  return { pair, changes: isRenamed ? changes.filter((change) => !isName(change)) : changes };
}

// It is shown apart.
function isName({ path }: ValueChange): boolean {
  return path.length === 2 && path[0] === "metadata" && (path[1] === "name" || path[1] === "namespace");
}

// A checksum follows from another object: if nothing else differs, the checksum itself is what has changed.
function hasOtherChange(own: ComparedPair, all: readonly ComparedPair[]): boolean {
  return all.some(
    (other) =>
      other !== own &&
      (other.pair.before === undefined ||
        other.pair.after === undefined ||
        other.pair.isRenamed ||
        other.changes.some((change) => !isGenerated(change))),
  );
}

function isGenerated({ path, before, after }: ValueChange): boolean {
  return before !== undefined && after !== undefined && isChecksum({ path: namesOf(path), before, after });
}

function toObjectDiff(
  { pair, changes }: ComparedPair,
  hasCause: boolean,
  { hide, toRef }: { hide: Hide; toRef: (item: ChartObject) => ObjectRef },
): ObjectDiff {
  const shown = (pair.after ?? pair.before) as ChartObject;
  const { before, after, isRenamed } = pair;
  const { kind } = shown.object;
  const change = before === undefined ? "added" : after === undefined ? "removed" : isRenamed ? "renamed" : "changed";
  const markOf = (field: ValueChange): Mark | undefined => {
    if (hasCause && isGenerated(field)) return "checksum";
    return isVersionLabel(field) ? "version" : undefined;
  };
  const recreates = changes.some(({ path }) => isOfPodTemplate(shown.object, path));
  return {
    change,
    object: toRef(shown),
    ...(isRenamed && before !== undefined ? { before: toRef(before) } : {}),
    role: shown.role,
    ...(shown.template === "" ? {} : { template: shown.template }),
    fields: changes.map((field) => toFieldDiff(kind, field, hide, markOf(field))),
    ...(recreates && !isRenamed ? { recreatesPods: true } : {}),
  };
}

function uniqueRandom(before: Rendering, after: Rendering, namespace: string): CaseDiff["random"] {
  const all = [...before.random, ...after.random].map(({ object, field }) => ({
    object: withoutNamespace(object, namespace),
    field,
  }));
  return [...new Map(all.map((field) => [JSON.stringify(field), field])).values()];
}
