import type { ManifestFile } from "../chart/manifest-files.ts";
import { defaultRules, type JudgingRules } from "../findings/rules/judge-findings.ts";
import type { PodSecurityLevel } from "../kube/pod-security-level.ts";
import type { Deployer } from "../rbac/deployer.ts";
import type { GivenObjects } from "../sharing/given-objects.ts";
import type { NamespaceSettings } from "./config/case-settings.ts";
import type { StepName } from "./trial-result.ts";

/** What a user gives to the trials of a run, or to one of them. */
export interface TrialInputs {
  /** Texts in the syntax of Helm's `--set`; they win over all values files. */
  set: readonly string[];
  /** The namespace of every trial; trials run one after another then. @default a new one for each */
  namespace?: string | undefined;
  /** @default the chart's name */
  releaseName?: string | undefined;
  /** Who installs the charts. @default the control plane's administrator */
  as?: Deployer | undefined;
  /** Whether charts are installed without their `crds/`. @default false */
  skipCrds?: boolean | undefined;
  /** The Pod Security level that the charts have to pass. @default none is asked for */
  podSecurity?: PodSecurityLevel | undefined;
  /** The labels and annotations of the namespace, if it is created for the trial. @default none */
  namespaceMetadata?: Pick<NamespaceSettings, "labels" | "annotations"> | undefined;
  /** Objects that exist before the trials. @default none */
  given?: GivenObjects | undefined;
  /** Objects that exist while one trial installs its chart. @default none */
  caseGiven?: readonly ManifestFile[] | undefined;
  /** What `.Capabilities.APIVersions` has besides Helm's own, from the definitions that exist before the trials. */
  apiVersions: readonly string[];
  /** Further ones, which only renderings see that ask no API server. @default none */
  addedApiVersions?: readonly string[] | undefined;
  /** Steps that are left out. @default none */
  skip?: readonly StepName[] | undefined;
  /** Where it is written that a step is left out. @default `--skip` */
  skippedAt?: ReadonlyMap<StepName, string> | undefined;
  rules: JudgingRules;
}

/** A run without any. */
export const noInputs: TrialInputs = { set: [], apiVersions: [], rules: defaultRules };
