import { allowable } from "./finding-rule.ts";

/** The API server's warnings about objects that it accepts. */
export const serverRules = [
  allowable("DeprecatedApi", "warning"),
  allowable("PodSecurity", "warning"),
  allowable("ServerWarning", "warning"),
];
