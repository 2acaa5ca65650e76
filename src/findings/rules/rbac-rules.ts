import { allowable, refusal } from "./finding-rule.ts";

/** Rules of Roles and ClusterRoles that grant nothing, and what a deployer may not do. */
export const rbacRules = [
  allowable("WrongApiGroup", "error"),
  allowable("UnknownResource", "error"),
  allowable("UnknownVerb", "error"),
  refusal("MissingRight"),
  refusal("PrivilegeEscalation"),
];
