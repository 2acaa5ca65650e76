/** The reasons of findings about references; docs/references.md has the rule of each. */
export const referenceReasons = [
  "NoSuchClaim",
  "NoSuchClass",
  "NoSuchConfigMap",
  "NoSuchContainer",
  "NoSuchIssuer",
  "NoSuchKey",
  "NoSuchParameter",
  "NoSuchPolicy",
  "NoSuchPort",
  "NoSuchRequest",
  "NoSuchRole",
  "NoSuchSecret",
  "NoSuchService",
  "NoSuchServiceAccount",
  "NoSuchStore",
  "NoSuchTarget",
  "NotHeadless",
  "NotScalable",
  "ReplicasReset",
  "ScaledTwice",
  "SelectsNoPods",
  "SelectsNoRoles",
  "SelectsNoServices",
  "UndeclaredPort",
] as const;

export type ReferenceReason = (typeof referenceReasons)[number];
