import type { SkippableStep } from "../skippable-steps.ts";
import type { StepName } from "../trial-result.ts";

// What a seatrial.yaml contains, as schema/seatrial.schema.json describes it; a test compares both.

/** Values in a seatrial.yaml. */
export type InlineValues = Record<string, unknown>;

/** An object in a seatrial.yaml. */
export type InlineObject = Record<string, unknown>;

/** Settings of all charts, of a chart or of a case. */
export interface SharedConfig {
  strict?: boolean;
  values?: string | InlineValues | (string | InlineValues)[];
  given?: string | InlineObject | (string | InlineObject)[];
  namespace?: string | NamespaceConfig;
  releaseName?: string;
  allow?: AllowedConfig[];
  timeout?: string;
  nodes?: number;
  skip?: SkippableStep[];
  kubeVersions?: string[];
}

/** Settings of a case. */
export interface CaseConfig extends SharedConfig {
  mustFail?: FailureConfig | FailureConfig[];
}

/** The `ci/seatrial.yaml` of a chart, and the settings of a chart in the seatrial.yaml of a repository. */
export interface ChartConfig extends SharedConfig {
  mustFail?: FailureConfig | FailureConfig[];
  cases?: Record<string, CaseConfig | null>;
}

/** The seatrial.yaml in the working directory or above it. */
export interface RootConfig extends SharedConfig {
  charts?: Record<string, ChartConfig | null>;
}

/** The namespace of a case. */
export interface NamespaceConfig {
  name?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** A finding that does not fail the chart. */
export interface AllowedConfig {
  code: string;
  object?: string;
  reason: string;
}

/** An error that a case must have. */
export interface FailureConfig {
  code: string;
  step?: StepName;
  object?: string;
  message?: string;
  reason?: string;
}
