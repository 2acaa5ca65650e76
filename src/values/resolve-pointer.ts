import { unescapePointer } from "../util/json-pointer.ts";

/** The part of a JSON document that a reference such as `#/definitions/port` names; `undefined` when there is none. */
export function resolvePointer(root: unknown, reference: string): unknown {
  if (!reference.startsWith("#")) return undefined;
  const keys = reference.slice(1).split("/").slice(1);
  return keys.reduce<unknown>((value, part) => {
    const name = unescapePointer(decodeURIComponent(part));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  }, root);
}
