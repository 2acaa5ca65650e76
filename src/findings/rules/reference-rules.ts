import { allowable } from "./finding-rule.ts";

/** References that lead nowhere; docs/references.md says when each is an error. `SelectsNoPods` is also one of an upgrade. */
export const referenceRules = [
  allowable("NoSuchClaim", "error"),
  allowable("NoSuchClass", "error"),
  allowable("NoSuchConfigMap", "error"),
  allowable("NoSuchContainer", "error"),
  allowable("NoSuchIssuer", "error"),
  allowable("NoSuchKey", "error"),
  allowable("NoSuchPolicy", "error"),
  allowable("NoSuchParameter", "error"),
  allowable("SelectsNoRoles", "error"),
  allowable("NoSuchPort", "error"),
  allowable("NoSuchRequest", "warning"),
  allowable("NoSuchRole", "error"),
  allowable("NoSuchSecret", "error"),
  allowable("NoSuchService", "error"),
  allowable("NoSuchServiceAccount", "error"),
  allowable("NoSuchStore", "error"),
  allowable("NoSuchTarget", "error"),
  allowable("NotHeadless", "warning"),
  allowable("NotScalable", "error"),
  allowable("ReplicasReset", "warning"),
  allowable("ScaledTwice", "error"),
  allowable("SelectsNoPods", "error"),
  allowable("SelectsNoServices", "error"),
  allowable("UndeclaredPort", "warning"),
];
