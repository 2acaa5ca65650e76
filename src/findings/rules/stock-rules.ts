import { allowable } from "./finding-rule.ts";

const later = { isIndependent: true };

/** Findings of the stock checks, which read what the chart renders. */
export const stockRules = [
  allowable("VersionInImmutableField", "error", later),
  allowable("NameWithoutRelease", "warning"),
  allowable("FixedAddress", "warning"),
  allowable("GlobalRefused", "warning"),
  allowable("LargeNumber", "error", later),
];
