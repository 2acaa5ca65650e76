import type { KubeObject } from "../kube/object-ref.ts";
import type { ObjectsByKind } from "./results.ts";
import { type GetOptions, selectOne } from "./select-object.ts";

/** Access to these objects by their kind; `where` begins the messages. */
export function objectsByKind(objects: readonly KubeObject[], where: string): ObjectsByKind {
  const get = (kind: string, name: string, options?: GetOptions) =>
    selectOne(objects, { kind, name, ...options }, where);
  const all = (kind: string) => objects.filter((object) => object.kind === kind);
  // The kind decides the type.
  return { get, all } as ObjectsByKind;
}
