import { allowable } from "./finding-rule.ts";

/** The API server's warnings about objects that it accepts. */
export const serverRules = [
  allowable("DeprecatedApi", "warning"),
  // An error for a level that --pod-security asks for, which prevents no installation.
  allowable("PodSecurity", "warning", { isIndependent: true }),
  allowable("ServerWarning", "warning"),
];
