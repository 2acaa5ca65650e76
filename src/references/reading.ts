import { isMapping } from "../util/is-mapping.ts";

/** A mapping of a rendered document: nothing about its values is certain before the API server has accepted it. */
export type Mapping = Record<string, unknown>;

/** The mapping at a path of keys; empty when there is something else. */
export function mappingAt(value: unknown, ...path: string[]): Mapping {
  const found = valueAt(value, path);
  return isMapping(found) ? found : {};
}

/** The items of the list at a path of keys, empty mappings in place of other items, so that indexes stay. */
export function listAt(value: unknown, ...path: string[]): Mapping[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found.map((item) => (isMapping(item) ? item : {})) : [];
}

/** The text at a path of keys; `undefined` when it is empty or something else. */
export function textAt(value: unknown, ...path: string[]): string | undefined {
  const found = valueAt(value, path);
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** The texts of the list at a path of keys. */
export function textsAt(value: unknown, ...path: string[]): string[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found.filter((item) => typeof item === "string") : [];
}

/** The labels at a path of keys. */
export function labelsAt(value: unknown, ...path: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(mappingAt(value, ...path)).map(([key, label]) => [key, String(label)]));
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isMapping(inner) ? inner[key] : undefined), value);
}
