import { allowable } from "./finding-rule.ts";

/** Findings of upgrades and rollbacks that the API server accepts. */
export const upgradeRules = [
  allowable("SecretRegenerated", "error"),
  allowable("ChangedByUpgrade", "error"),
  allowable("RemovedByUpgrade", "error"),
  allowable("AddedByUpgrade", "error"),
  allowable("ReplacedByUpgrade", "error"),
  allowable("HookLeftByUpgrade", "error"),
  allowable("HookDeletedByUpgrade", "error"),
  allowable("ClaimDeletedByUpgrade", "error"),
  allowable("ClaimsLeftByUpgrade", "warning"),
  allowable("CrdsNotUpgraded", "warning"),
  allowable("CrdDeletedByUpgrade", "error"),
  allowable("FieldStays", "error"),
  allowable("NotRolledBack", "error"),
];
