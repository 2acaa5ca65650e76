import type { JsonObject, JsonValue } from "../../src/errors/seatrial-error.ts";
import { isMapping } from "../../src/util/is-mapping.ts";

/** The values that `set` of a helm-unittest suite stands for: `{ "a.b[0]": 1, "[c.d].e": 2 }`. */
export function toValues(set: JsonObject): JsonObject {
  return Object.entries(set).reduce<JsonObject>((values, [path, value]) => {
    return mergeValues(values, nest(parsePath(path), value ?? null) as JsonObject);
  }, {});
}

// Brackets are an index after a key, and a key with dots in it where a key is expected.
function parsePath(path: string): (string | number)[] {
  const parts = path.matchAll(/(?:^|\.)\[([^\]]*)\]|(?:^|\.)([^.[\]]+)|\[(\d+)\]/g);
  return [...parts].map(([, quoted, key, index]) => quoted ?? key ?? Number(index));
}

function nest([first, ...rest]: readonly (string | number)[], value: JsonValue): JsonValue {
  if (first === undefined) return value;
  const inner = nest(rest, value);
  if (typeof first === "string") return { [first]: inner };
  return [...Array.from({ length: first }, () => null), inner];
}

// As Helm does it: mappings are merged, all else is replaced.
function mergeValues(one: JsonObject, other: JsonObject): JsonObject {
  const merged = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const known = merged[key];
    merged[key] =
      isMapping(known) && isMapping(value) ? mergeValues(known as JsonObject, value as JsonObject) : (value ?? null);
  }
  return merged;
}
