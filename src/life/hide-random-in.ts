import type { JsonObject, JsonValue } from "../errors/seatrial-error.ts";
import { isMapping } from "../util/is-mapping.ts";

const RANDOM = "(random)";

/**
 * A stored value in which everything reads `(random)` that two renderings of its chart have differently. The API server adds fields
 * and keeps the order of lists. Secrets have under `data` what the chart renders under `stringData`.
 */
export function hideRandomIn(stored: JsonValue, one: unknown, other: unknown): JsonValue {
  if (isMapping(one) && isMapping(other) && isMapping(stored)) {
    const entries = Object.entries(stored as JsonObject).map(([key, item]): [string, JsonValue] => {
      if (key in one && key in other) return [key, hideRandomIn(item, one[key], other[key])];
      if (key === "data" && isMapping(one.stringData))
        return [key, hideRandomIn(item, one.stringData, other.stringData)];
      return [key, item];
    });
    return Object.fromEntries(entries);
  }
  if (Array.isArray(one) && Array.isArray(other) && Array.isArray(stored) && one.length === other.length) {
    return stored.map((item, index) => hideRandomIn(item, one[index], other[index]));
  }
  if (one === undefined || other === undefined || JSON.stringify(one) === JSON.stringify(other)) return stored;
  return typeof stored === "string" ? hideParts(stored, String(one), String(other)) : RANDOM;
}

// Only the words that differ between the renderings are hidden, if the stored text has as many words as they have.
function hideParts(stored: string, one: string, other: string): string {
  const [words, first, second] = [stored, one, other].map(toWords);
  if (words === undefined || words.length !== first?.length || words.length !== second?.length) return RANDOM;
  return words.map((word, index) => (first[index] === second[index] ? word : RANDOM)).join("");
}

function toWords(text: string): readonly string[] {
  return text.match(/[\w+/=.:]+|[^\w+/=.:]+/g) ?? [];
}
