import { allowable } from "./finding-rule.ts";

/** Values that nothing reads, and schemas that differ from values.yaml. */
export const valuesRules = [
  allowable("UnusedValue", "warning"),
  allowable("UnknownValue", "error"),
  allowable("SchemaLacksValue", "warning"),
  allowable("SchemaOnlyValue", "warning"),
  allowable("SchemaDefaultDiffers", "warning"),
];
