import { allowable } from "./finding-rule.ts";

/** Findings about the files of a chart, and about its objects as they are rendered. */
export const chartRules = [
  allowable("Lint", "warning"),
  allowable("VersionNotBumped", "error"),
  allowable("LinkNotFollowed", "warning"),
  allowable("SchemaReference", "warning"),
  allowable("UnknownHook", "warning"),
  allowable("HelmWarning", "warning"),
  allowable("NoSuchFile", "warning"),
  allowable("NoSuchCondition", "warning"),
  allowable("IgnoredFile", "warning"),
  allowable("IgnoredHookAnnotation", "warning"),
  allowable("HookRunsOnce", "warning"),
  allowable("UnlikelyQuantity", "warning"),
  allowable("NeverScheduled", "warning"),
  allowable("DuplicateKey", "warning"),
  allowable("Duplicate", "error"),
  allowable("NoObjects", "warning"),
];
