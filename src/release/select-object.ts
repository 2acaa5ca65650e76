import { SeatrialError } from "../errors/seatrial-error.ts";
import { formatObjectRef, type KubeObject, toObjectRef } from "../kube/object-ref.ts";

/** What selects an object. */
export interface ObjectSelector {
  kind: string;
  name: string;
  namespace?: string | undefined;
  apiVersion?: string | undefined;
}

/** Chooses between objects of one kind and name. */
export type GetOptions = Pick<ObjectSelector, "namespace" | "apiVersion">;

const MAX_LISTED = 20;

/**
 * The one object that the selector names. Throws `SEATRIAL_OBJECT_SELECTION` when there is no such object or several; the
 * message lists the existing objects.
 */
export function selectOne<Item extends KubeObject>(
  objects: readonly Item[],
  selector: ObjectSelector,
  where: string,
): Item {
  const found = objects.filter((object) => matches(object, selector));
  if (found.length === 1 && found[0] !== undefined) return found[0];
  throw found.length === 0 ? noneError(objects, selector, where) : severalError(found, selector, where);
}

/** Whether the selector names an object. */
export function matches(object: KubeObject, { kind, name, namespace, apiVersion }: ObjectSelector): boolean {
  if (object.kind !== kind || object.metadata.name !== name) return false;
  if (namespace !== undefined && object.metadata.namespace !== namespace) return false;
  return apiVersion === undefined || object.apiVersion === apiVersion;
}

function noneError(objects: readonly KubeObject[], selector: ObjectSelector, where: string): SeatrialError {
  const ofKind = objects.filter((object) => object.kind === selector.kind);
  const listed = (ofKind.length > 0 ? ofKind : objects).map((object) => formatObjectRef(toObjectRef(object)));
  const lines = [`${where} has no ${selector.kind} named "${selector.name}"`];
  if (listed.length === 0) lines.push("  it has no objects");
  else lines.push(`  it has: ${[...new Set(listed)].sort().slice(0, MAX_LISTED).join(", ")}`);
  if (listed.length > MAX_LISTED) lines.push(`  and ${listed.length - MAX_LISTED} more`);
  return new SeatrialError("SEATRIAL_OBJECT_SELECTION", lines.join("\n"));
}

function severalError(found: readonly KubeObject[], selector: ObjectSelector, where: string): SeatrialError {
  const listed = found.map((object) => `${object.apiVersion} ${formatObjectRef(toObjectRef(object))}`);
  return new SeatrialError(
    "SEATRIAL_OBJECT_SELECTION",
    `${where} has ${found.length} objects of kind ${selector.kind} named "${selector.name}"\n  ${listed.join("\n  ")}`,
    { hint: "select one with { namespace } or { apiVersion }" },
  );
}
