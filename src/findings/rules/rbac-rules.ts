import { allowable, refusal } from "./finding-rule.ts";

/** Rules of Roles and ClusterRoles that grant nothing or reach far, and what a deployer may not do. */
export const rbacRules = [
  allowable("WrongApiGroup", "error"),
  allowable("UnknownResource", "error"),
  allowable("UnknownVerb", "error"),
  allowable("ClusterScopedResource", "warning"),
  allowable("NamedCreate", "warning"),
  allowable("GrantsEverything", "info"),
  allowable("ReadsAllSecrets", "info"),
  allowable("MayEscalate", "info"),
  allowable("GetsWithoutList", "info"),
  refusal("MissingRight"),
  refusal("PrivilegeEscalation"),
];
