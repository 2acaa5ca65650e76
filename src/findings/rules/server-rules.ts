import { allowable } from "./finding-rule.ts";

/** What the API server warns of, or leaves out, when it accepts an object. */
export const serverRules = [
  allowable("DeprecatedApi", "warning"),
  allowable("FieldDropped", "warning"),
  // An error for a level that --pod-security asks for, which prevents no installation.
  allowable("PodSecurity", "warning", { isIndependent: true }),
  allowable("PolicyExpression", "warning"),
  allowable("ServerWarning", "warning"),
];
