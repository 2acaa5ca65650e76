import type { JsonValue } from "../../errors/seatrial-error.ts";
import { isMapping } from "../../util/is-mapping.ts";

/** A whole number among values that Go prints in exponent form. */
export interface LargeInteger {
  path: (string | number)[];
  /** `limits.bytes`, `hosts[0].id` */
  name: string;
  number: number;
}

// From here on, Go's %v prints a float64 with an exponent.
const MIN = 1_000_000;

/** The whole numbers of at least a million among values. */
export function largeIntegers(value: JsonValue | undefined, path: readonly (string | number)[] = []): LargeInteger[] {
  if (typeof value === "number") {
    const isLarge = Number.isSafeInteger(value) && value >= MIN;
    return isLarge ? [{ path: [...path], name: nameOf(path), number: value }] : [];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => largeIntegers(item, [...path, index]));
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => largeIntegers(inner as JsonValue, [...path, key]));
}

/** The number as Go prints a float64: `1e+06`, `2.0261124e+07`. */
export function exponentForm(number: number): string {
  return number.toExponential().replace(/e\+(\d)$/, "e+0$1");
}

function nameOf(path: readonly (string | number)[]): string {
  return path
    .map((segment, index) => (typeof segment === "number" ? `[${segment}]` : `${index === 0 ? "" : "."}${segment}`))
    .join("");
}
