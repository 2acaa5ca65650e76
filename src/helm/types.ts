import type { JsonObject } from "../errors/seatrial-error.ts";
import type { HelmInputs } from "./inputs.ts";

/** A chart as Helm loaded it. */
export interface HelmChartInfo {
  name: string;
  version: string;
  appVersion?: string;
  /** Changes with every file of the chart. Absent for releases that this engine did not create. */
  digest?: string;
}

/** A hook of a release. */
export interface HelmHook {
  name: string;
  kind: string;
  /** Its template: `web/templates/migrate.yaml`. */
  path: string;
  manifest: string;
  /** `pre-install`, `test` … */
  events: string[];
  weight: number;
  deletePolicies: string[];
}

/** A release as Helm stores it. */
export interface HelmRelease {
  name: string;
  namespace: string;
  /** 1 for the first installation. */
  revision: number;
  /** `deployed`, `failed`, `pending-install`, `superseded`, `uninstalled` … */
  status: string;
  description: string;
  chart: HelmChartInfo;
  /** RFC 3339. */
  firstDeployed?: string;
  lastDeployed?: string;
  notes: string;
  manifest: string;
  hooks: HelmHook[];
  /** The values of the installation or upgrade, without the chart's defaults. */
  config: JsonObject;
}

/** How Helm waits: `true` is `watcher`. */
export type HelmWait = boolean | "watcher" | "legacy" | "hookOnly";

/** A major version of Helm. The engine has both. */
export type HelmMajor = 3 | 4;

/** A chart and its values. Paths are absolute. */
export interface HelmChartRequest {
  /** @default 4 */
  helm?: HelmMajor | undefined;
  /** A directory or a `.tgz`. */
  chart: string;
  namespace?: string | undefined;
  releaseName?: string | undefined;
  valueFiles?: string[] | undefined;
  set?: string[] | undefined;
  setString?: string[] | undefined;
  setJson?: string[] | undefined;
  setFile?: string[] | undefined;
  setLiteral?: string[] | undefined;
  skipSchemaValidation?: boolean | undefined;
  renderTimeout?: string | undefined;
  dependencyUpdate?: boolean | undefined;
}

/** Who may change what Helm has rendered. */
export interface HelmPostRender {
  /** A unix socket, whose listener answers a POST of the rendered manifests with the manifests to use in their place. */
  postRenderer?: string | undefined;
}

export interface HelmLintRequest extends Omit<HelmChartRequest, "releaseName" | "dependencyUpdate"> {
  strict?: boolean | undefined;
  kubeVersion?: string | undefined;
  withSubcharts?: boolean | undefined;
}

export interface HelmLintMessage {
  severity: "info" | "warning" | "error";
  /** The file or directory that the rule checked, relative to the chart's root. */
  path: string;
  message: string;
  /** The location in a template that the message is about. */
  file?: string;
  line?: number;
  column?: number;
}

/** Something questionable about a chart that keeps nobody from installing it. */
export interface HelmWarning {
  /** A CamelCase word for programs, such as `UnknownHook`. */
  reason: string;
  message: string;
  /** The file in the chart: `web/templates/x.yaml`. */
  file?: string;
  /** The line in the file, 1-based. */
  line?: number;
  /** A field of the object, or else the path of a value. */
  field?: string;
  object?: { apiVersion?: string; kind?: string; namespace?: string; name?: string };
  hint?: string;
}

export interface HelmLintAnswer {
  messages: HelmLintMessage[];
  /** About parts of the chart that were not checked; `strict` does not apply to them. */
  warnings: HelmWarning[];
  charts: number;
  /** The number of charts with an error or, with `strict`, a warning. */
  failed: number;
}

export interface HelmTemplateRequest extends HelmChartRequest, HelmPostRender {
  kubeVersion?: string | undefined;
  apiVersions?: string[] | undefined;
  includeCrds?: boolean | undefined;
  skipTests?: boolean | undefined;
  noHooks?: boolean | undefined;
  isUpgrade?: boolean | undefined;
  showOnly?: string[] | undefined;
  /** `server`: Capabilities and `lookup` come from the live API server. */
  dryRun?: "client" | "server" | undefined;
  /**
   * Renders as Helm's install or upgrade would: with the version, the API versions and the objects of the cluster, and for
   * an upgrade without values with the values of the installed release. `kubeVersion`, `apiVersions` and `dryRun` are
   * ignored. @default false
   */
  forRelease?: boolean | undefined;
  /** In place of the version in Chart.yaml. */
  chartVersion?: string | undefined;
  /** In place of the appVersion in Chart.yaml. */
  appVersion?: string | undefined;
  /** Adds `values` to the answer. @default false */
  withValues?: boolean | undefined;
  /** Adds `inputs` to the answer; Helm 4 only. @default false */
  withInputs?: boolean | undefined;
  /**
   * Gives templates Ed25519 keys in place of RSA and DSA keys, which take from tenths of seconds to seconds; Helm 4 only.
   * @default false
   */
  quickKeys?: boolean | undefined;
}

export interface HelmTemplateAnswer {
  manifest: string;
  notes: string;
  hooks: HelmHook[];
  /** The files of `crds/` directories. */
  crds: { file: string; manifest: string }[];
  chart: HelmChartInfo;
  /** About the whole chart, whatever `showOnly` says. */
  warnings: HelmWarning[];
  /** Identifies the inputs of a rendering with `forRelease`, for the installation that follows. */
  renderDigest?: string;
  /** Templates have called functions whose result is another one in each rendering; always with Helm 3. */
  varies?: boolean;
  /** Templates may look up objects outside the namespace of the release. */
  looksBeyond?: boolean;
  /** The values that the templates see: those of the chart and its dependencies, merged with those of the request. */
  values?: JsonObject;
  /** Absent for a chart of a newer kind than `apiVersion: v2`. */
  inputs?: HelmInputs;
}

export interface HelmInstallRequest extends HelmChartRequest, HelmPostRender {
  description?: string | undefined;
  createNamespace?: boolean | undefined;
  wait?: HelmWait | undefined;
  waitForJobs?: boolean | undefined;
  /** A Go duration such as `5m0s`. */
  timeout?: string | undefined;
  rollbackOnFailure?: boolean | undefined;
  skipCrds?: boolean | undefined;
  noHooks?: boolean | undefined;
  takeOwnership?: boolean | undefined;
  forceConflicts?: boolean | undefined;
  serverSide?: boolean | undefined;
  labels?: Record<string, string> | undefined;
  replace?: boolean | undefined;
  disableOpenapiValidation?: boolean | undefined;
  /** Of a preceding {@link HelmTemplateAnswer}: with the same inputs, the engine does not check the chart again. */
  renderDigest?: string | undefined;
}

export interface HelmUpgradeRequest extends Omit<HelmInstallRequest, "serverSide" | "replace"> {
  install?: boolean | undefined;
  reuseValues?: boolean | undefined;
  resetValues?: boolean | undefined;
  resetThenReuseValues?: boolean | undefined;
  maxHistory?: number | undefined;
  cleanupOnFail?: boolean | undefined;
  forceReplace?: boolean | undefined;
  serverSide?: "auto" | "true" | "false" | undefined;
}

/** Names a release. */
export interface HelmReleaseRequest {
  /** @default 4 */
  helm?: HelmMajor | undefined;
  namespace: string;
  releaseName: string;
}

export interface HelmRollbackRequest extends HelmReleaseRequest {
  /** 0 is the previous revision. */
  revision?: number | undefined;
  wait?: HelmWait | undefined;
  waitForJobs?: boolean | undefined;
  timeout?: string | undefined;
  noHooks?: boolean | undefined;
  cleanupOnFail?: boolean | undefined;
  forceConflicts?: boolean | undefined;
  forceReplace?: boolean | undefined;
  serverSide?: "auto" | "true" | "false" | undefined;
  maxHistory?: number | undefined;
}

export interface HelmUninstallRequest extends HelmReleaseRequest {
  wait?: HelmWait | undefined;
  timeout?: string | undefined;
  keepHistory?: boolean | undefined;
  noHooks?: boolean | undefined;
  ignoreNotFound?: boolean | undefined;
  cascade?: "background" | "foreground" | "orphan" | undefined;
}

export interface HelmUninstallAnswer {
  release?: HelmRelease;
  info: string;
}
