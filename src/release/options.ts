import type { HelmChoice } from "../helm/helm-choice.ts";
import type { HelmWait } from "../helm/types.ts";
import type { NewNamespace } from "../kube/test-namespace.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import type { Deployer } from "../rbac/deployer.ts";
import type { SimulationRule } from "../simulation/rule.ts";
import type { StageSources } from "../simulation/stage.ts";
import type { PostRenderer } from "./post-renderer.ts";

/** A value of a `set*` option. */
export type SetScalar = string | number | boolean | null;
/** Dotted keys as in Helm's `--set`: `{ "service.port": 80, "hosts[0]": "a" }`. */
export type SetValues = Record<string, SetScalar | readonly SetScalar[]>;
/** An object of values, passed as a values file: numbers and strings arrive as from an operator's file. */
export type ValuesObject = { readonly [key: string]: unknown };
/** Values files (relative to the working directory) and objects, in order; later ones win. */
export type ValuesOption = string | ValuesObject | readonly (string | ValuesObject)[];

/** Options that every helper takes. */
export interface CommonOptions {
  /** @default none: the chart's own values */
  values?: ValuesOption | undefined;
  /** `--set`: numbers, booleans and null arrive typed, and strings stay strings; or texts in Helm's own syntax, `a.b=1`. */
  set?: SetValues | readonly string[] | undefined;
  /** `--set-string`: everything arrives as a string; or texts in Helm's own syntax. */
  setString?: SetValues | readonly string[] | undefined;
  /** `--set-json`: any JSON value. */
  setJson?: Record<string, unknown> | undefined;
  /** `--set-file`: the content of a file (path relative to the working directory). */
  setFile?: Record<string, string> | undefined;
  /** `--set-literal`: the unchanged string. */
  setLiteral?: Record<string, string> | undefined;
  /** @default false */
  skipSchemaValidation?: boolean | undefined;
  /** How long reading, linting or rendering the chart may take. @default "30s" */
  renderTimeout?: string | undefined;
  /** Which Helm does the work: `3` or `4` in the engine, or `{ path }` of a program. @default 4 */
  helm?: HelmChoice | undefined;
  /** The control plane to use. @default the control plane of `setCurrentControlPlane`, which `seatrial/vitest` sets */
  controlPlane?: ControlPlane | undefined;
  /** Cancels the work: it rejects with `SEATRIAL_CANCELLED`. */
  signal?: AbortSignal | undefined;
}

/** What names an installed release: a `Release`. */
export type InstalledRelease = {
  readonly name: string;
  readonly namespace: string;
  readonly controlPlane: ControlPlane;
};

/** Options of helpers that work on a release. */
export interface ReleaseNameOptions extends CommonOptions {
  /** Must exist, or be created with `createNamespace`. @default a new one, removed afterwards */
  namespace?: string | undefined;
  /** @default the chart's name */
  releaseName?: string | undefined;
  /** Fetches missing dependencies first, as `--dependency-update` does. @default false */
  dependencyUpdate?: boolean | undefined;
  /** Changes the rendered manifests: a function, or a program as `{ command, args }`. @default none */
  postRenderer?: PostRenderer | undefined;
}

export interface LintOptions extends CommonOptions {
  /** @default "default" */
  namespace?: string | undefined;
  /** Warnings fail too. @default false */
  strict?: boolean | undefined;
  /** The Kubernetes version to check for, such as `1.33.0`. @default the version of the control plane */
  kubeVersion?: string | undefined;
  /** Also lints sub-charts. @default false */
  withSubcharts?: boolean | undefined;
}

export interface TemplateOptions extends ReleaseNameOptions {
  /** `.Capabilities.KubeVersion`. @default Helm's own; with `kubernetesVersion`, that of the control plane */
  kubeVersion?: string | undefined;
  /** Added to `.Capabilities.APIVersions`. */
  apiVersions?: readonly string[] | undefined;
  /** Also includes the files of `crds/` in the documents. @default false */
  includeCrds?: boolean | undefined;
  /** Leaves out test hooks. @default false */
  skipTests?: boolean | undefined;
  /** Leaves out hooks. @default false */
  noHooks?: boolean | undefined;
  /** Sets `.Release.IsUpgrade` instead of `.Release.IsInstall`. @default false */
  isUpgrade?: boolean | undefined;
  /** Only these templates, such as `templates/service.yaml`. @default all */
  showOnly?: readonly string[] | undefined;
  /** `server`: Capabilities and `lookup` come from the live API server. @default "client" */
  dryRun?: "client" | "server" | undefined;
}

export interface DryRunOptions extends Omit<ReleaseNameOptions, "namespace"> {
  /** Must exist; or what a new one enforces, `{ podSecurity: "restricted" }`. @default a new one, removed afterwards */
  namespace?: string | NewNamespace | undefined;
  /** Who installs the chart: `namespaceAdmin()`, a user of `addUser`, or `{ user, groups }`. @default the control plane's administrator */
  as?: Deployer | undefined;
  /** Tries an upgrade of this release; excludes `namespace`, `releaseName` and `controlPlane`. @default none */
  upgrade?: InstalledRelease | undefined;
  /** Leaves out the chart's `crds/` directory. @default false */
  skipCrds?: boolean | undefined;
  /** Leaves out hooks. @default false */
  noHooks?: boolean | undefined;
  /** Takes over fields from other managers instead of reporting the conflict. @default false */
  forceConflicts?: boolean | undefined;
  /** How long the whole dry run may take. @default "1m0s" */
  timeout?: string | undefined;
}

export interface InstallOptions extends Omit<ReleaseNameOptions, "namespace"> {
  /**
   * Must exist, or be created with `createNamespace`; or what a new one enforces, `{ podSecurity: "restricted" }`.
   * @default a new one, removed afterwards
   */
  namespace?: string | NewNamespace | undefined;
  /**
   * Who installs the chart, and works on the release: `namespaceAdmin()`, a user of `addUser`, or `{ user, groups }`.
   * @default the control plane's administrator
   */
  as?: Deployer | undefined;
  /** Creates `namespace` when it does not exist, and removes it with the release. @default false */
  createNamespace?: boolean | undefined;
  /** Waits until the objects are ready. @default false: hooks only */
  wait?: HelmWait | undefined;
  /** With `wait`: also for Jobs to complete. @default false */
  waitForJobs?: boolean | undefined;
  /** For each of Helm's waits. @default "5m0s", as Helm's */
  timeout?: string | undefined;
  /** Simulation rules for the containers of the release, from the first one on. @default as in docs/simulation.md */
  simulate?: SimulationRule | readonly SimulationRule[] | undefined;
  /** kwok's Stages for objects of the release: paths, globs or objects. @default the Stages of the control plane */
  stages?: StageSources | undefined;
  /** Uninstalls a failed installation. @default false */
  rollbackOnFailure?: boolean | undefined;
  /** Leaves out the chart's `crds/` directory. @default false */
  skipCrds?: boolean | undefined;
  /** @default false */
  noHooks?: boolean | undefined;
  /** Adopts objects that exist already. @default false */
  takeOwnership?: boolean | undefined;
  /** @default false */
  forceConflicts?: boolean | undefined;
  /** Server-side apply. @default true */
  serverSide?: boolean | undefined;
  description?: string | undefined;
  /** Labels of the release record. */
  labels?: Readonly<Record<string, string>> | undefined;
  /** @default false */
  disableOpenapiValidation?: boolean | undefined;
}

export interface UpgradeOptions
  extends Omit<
    InstallOptions,
    "as" | "namespace" | "releaseName" | "createNamespace" | "serverSide" | "simulate" | "stages" | "controlPlane"
  > {
  /** Starts from the values of the last revision. @default false */
  reuseValues?: boolean | undefined;
  /** Starts from the chart's own values. @default false */
  resetValues?: boolean | undefined;
  /** The chart's own values, then the values of the last revision, then the given values. @default false */
  resetThenReuseValues?: boolean | undefined;
  maxHistory?: number | undefined;
  /** Removes new objects of a failed upgrade. @default false */
  cleanupOnFail?: boolean | undefined;
  /** @default false */
  forceReplace?: boolean | undefined;
  /** @default "auto" */
  serverSide?: "auto" | "true" | "false" | undefined;
}

export interface RollbackOptions {
  /** @default the Helm of the installation */
  helm?: HelmChoice | undefined;
  wait?: HelmWait | undefined;
  waitForJobs?: boolean | undefined;
  /** @default "5m0s", as Helm's */
  timeout?: string | undefined;
  noHooks?: boolean | undefined;
  cleanupOnFail?: boolean | undefined;
  forceConflicts?: boolean | undefined;
  forceReplace?: boolean | undefined;
  serverSide?: "auto" | "true" | "false" | undefined;
  maxHistory?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface UninstallOptions {
  /** @default the Helm of the installation */
  helm?: HelmChoice | undefined;
  /** Helm's own wait. The absence of the objects is verified in any case. @default false */
  wait?: HelmWait | undefined;
  /** For Helm's wait, and for the verified absence of the objects. @default "15s" */
  timeout?: string | undefined;
  keepHistory?: boolean | undefined;
  noHooks?: boolean | undefined;
  cascade?: "background" | "foreground" | "orphan" | undefined;
  signal?: AbortSignal | undefined;
}

export interface TestOptions {
  /** @default "5m0s", as Helm's */
  timeout?: string | undefined;
  /** Names of test hooks to include or exclude. */
  filters?: { include?: readonly string[] | undefined; exclude?: readonly string[] | undefined } | undefined;
  /** Also fetches the logs of the test Pods. @default false */
  logs?: boolean | undefined;
  signal?: AbortSignal | undefined;
}
