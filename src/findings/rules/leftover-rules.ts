import { allowable } from "./finding-rule.ts";

/** Findings about objects that still exist after the uninstall. */
export const leftoverRules = [
  allowable("HookKept", "warning"),
  allowable("LeftBehind", "error"),
  allowable("NotOwned", "error"),
  allowable("FinalizerPending", "error"),
  allowable("ReleaseRecordKept", "error"),
];
