import type { ChartObject } from "../findings/chart-objects.ts";
import { groupOf, objectKey, toObjectRef } from "../kube/object-ref.ts";
import { similarity } from "./similarity.ts";

/** An object of one or both versions. */
export interface ObjectPair {
  before: ChartObject | undefined;
  after: ChartObject | undefined;
  /** Both exist, with another name or in another namespace. */
  isRenamed: boolean;
}

// Two objects of one kind that have less in common are two objects.
const MIN_SIMILARITY = 0.7;

// Of more pairs than these, only objects of the same template are compared.
const MAX_PAIRS = 2500;

// An upgrade deletes what was in templates/, and does not create what is in crds/.
const isCrd = ({ role }: ChartObject) => role === "crd";

type KeyOf = (object: ChartObject) => string;

/**
 * The objects of two versions of a release, matched by group, kind, namespace and name; then, of what is left, by kind and name in
 * another API group, by kind and name in another namespace, and at last by their content under another name. In the order of the
 * newer version; removed objects come last.
 */
export function matchObjects(
  before: readonly ChartObject[],
  after: readonly ChartObject[],
  namespace: string,
): ObjectPair[] {
  const partners = new Map<ChartObject, ChartObject>();
  const renamed = new Set<ChartObject>();
  const left = (list: readonly ChartObject[]) => {
    const taken = new Set([...partners.keys(), ...partners.values()]);
    return list.filter((object) => !taken.has(object));
  };
  const within =
    (keyOf: KeyOf): KeyOf =>
    (object) =>
      `${isCrd(object)}/${keyOf(object)}`;
  const passes: KeyOf[] = [
    ({ object }) => objectKey(toObjectRef(object), namespace),
    ({ object }) => [object.kind, object.metadata.namespace ?? namespace, object.metadata.name].join("/"),
  ];
  for (const keyOf of passes) {
    for (const [newer, older] of pair(left(before), left(after), within(keyOf))) partners.set(newer, older);
  }
  const moved: KeyOf = ({ object }) => [groupOf(object.apiVersion), object.kind, object.metadata.name].join("/");
  for (const [newer, older] of [...pair(left(before), left(after), within(moved))]) {
    partners.set(newer, older);
    renamed.add(newer);
  }
  for (const [newer, older] of pairSimilar(left(before), left(after))) {
    partners.set(newer, older);
    renamed.add(newer);
  }
  const kept = new Set(partners.values());
  return [
    ...after.map((object) => ({ before: partners.get(object), after: object, isRenamed: renamed.has(object) })),
    ...before
      .filter((object) => !kept.has(object))
      .map((object) => ({ before: object, after: undefined, isRenamed: false })),
  ];
}

// Objects with the same key, which only hooks can have, are matched in their order.
function pair(
  before: readonly ChartObject[],
  after: readonly ChartObject[],
  keyOf: KeyOf,
): Map<ChartObject, ChartObject> {
  const byKey = Map.groupBy(before, keyOf);
  const pairs = new Map<ChartObject, ChartObject>();
  for (const newer of after) {
    const older = byKey.get(keyOf(newer))?.shift();
    if (older !== undefined) pairs.set(newer, older);
  }
  return pairs;
}

function pairSimilar(before: readonly ChartObject[], after: readonly ChartObject[]): Map<ChartObject, ChartObject> {
  const kindOf: KeyOf = ({ object }) => `${groupOf(object.apiVersion)}/${object.kind}`;
  const olderOf = Map.groupBy(before, kindOf);
  const newerOf = Map.groupBy(after, kindOf);
  const candidates = after.flatMap((newer) => {
    const same = olderOf.get(kindOf(newer)) ?? [];
    const isFew = same.length * (newerOf.get(kindOf(newer))?.length ?? 0) <= MAX_PAIRS;
    return same
      .filter((older) => (isFew || older.template === newer.template) && isCrd(older) === isCrd(newer))
      .map((older) => ({ newer, older, score: similarity(older, newer) }))
      .filter(({ score }) => score >= MIN_SIMILARITY);
  });
  const pairs = new Map<ChartObject, ChartObject>();
  const taken = new Set<ChartObject>();
  for (const { newer, older } of candidates.sort((one, other) => other.score - one.score)) {
    if (pairs.has(newer) || taken.has(older)) continue;
    pairs.set(newer, older);
    taken.add(older);
  }
  return pairs;
}
