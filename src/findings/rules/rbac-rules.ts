import { allowable } from "./finding-rule.ts";

/** Rules of Roles and ClusterRoles that grant nothing. */
export const rbacRules = [
  allowable("WrongApiGroup", "error"),
  allowable("UnknownResource", "error"),
  allowable("UnknownVerb", "error"),
];
