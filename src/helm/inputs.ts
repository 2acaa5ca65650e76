import type { JsonObject } from "../errors/seatrial-error.ts";

/** A value that a template reads. */
export interface HelmValueRead {
  /** Its keys; `*` is any key or item. */
  path: string[];
  /** Everything below the value is read with it. */
  whole: boolean;
}

/** What a chart says about its values. */
export interface HelmInputs {
  /** The values that the templates of the chart and its dependencies read, in any of their branches. */
  reads: HelmValueRead[];
  /** The values of the chart's own values.yaml. */
  defaults: JsonObject;
  /** The text of the chart's own values.schema.json. */
  schema?: string;
  /** The keys below which the dependencies have their values. */
  dependencies: string[][];
}
