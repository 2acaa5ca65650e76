import { allowable } from "./finding-rule.ts";

/** What is different under Helm 3 and Helm 4. */
export const helmRules = [
  allowable("HelmVersionsDiffer", "error"),
  allowable("FieldManagerStays", "warning"),
  allowable("HistoryLost", "error"),
];
