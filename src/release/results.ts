import type { Finding } from "../findings/finding.ts";
import type { HelmTestHook } from "../helm/test-types.ts";
import type { HelmChartInfo, HelmHook, HelmLintMessage } from "../helm/types.ts";
import type { KubeObject, ObjectRef } from "../kube/object-ref.ts";
import type { Rendered, RenderedKind, WellKnownKinds } from "../kube/stored.ts";
import type { GetOptions } from "./select-object.ts";

export type LintMessage = HelmLintMessage;

/** What `lintChart` resolves with. */
export interface LintResult {
  /** No finding is an error. */
  passed: boolean;
  /** Errors and warnings; Helm's `info` messages are only in `messages`. */
  findings: Finding[];
  messages: LintMessage[];
  durationMs: number;
}

/** Where a rendered document comes from. */
export interface DocumentSource {
  /** As Helm names it: `web/templates/service.yaml`. */
  template: string;
  /** The line of the rendered manifest at which the document starts, 1-based. */
  manifestLine: number;
}

/** Access to the objects of a result by their kind. */
export interface ObjectsByKind {
  /**
   * The one object of this kind and name. Throws `SEATRIAL_OBJECT_SELECTION`, which lists the existing objects, when there is
   * no such object or several.
   */
  get<Kind extends keyof WellKnownKinds>(kind: Kind, name: string, options?: GetOptions): RenderedKind<Kind>;
  get<Value extends object = KubeObject>(kind: string, name: string, options?: GetOptions): Rendered<Value>;
  /** Every object of this kind; may be empty. */
  all<Kind extends keyof WellKnownKinds>(kind: Kind): RenderedKind<Kind>[];
  all<Value extends object = KubeObject>(kind: string): Rendered<Value>[];
}

/** What `templateChart` resolves with. */
export interface TemplateResult extends ObjectsByKind {
  /** The text that Helm rendered, without hooks. */
  manifest: string;
  /** Every document in the manifest and, after them, the hooks. */
  documents: KubeObject[];
  notes: string;
  hooks: HelmHook[];
  /** The files of `crds/` directories, with and without `includeCrds`. */
  crds: { file: string; manifest: string }[];
  chart: HelmChartInfo;
  /** Objects that Helm skips, and parts of the chart that were not read. */
  warnings: Finding[];
  namespace: string;
  releaseName: string;
  durationMs: number;
  /** The template that rendered a document of this result. */
  sourceOf(object: object): DocumentSource | undefined;
}

/** What `dryRunChart` resolves with; a refused chart is a result, not an exception. */
export interface DryRunResult extends ObjectsByKind {
  /** Every object was accepted, and no reference leads nowhere. Warnings do not matter. */
  accepted: boolean;
  /** All errors, one for each cause that the API server reported, and one for each reference that leads nowhere. */
  findings: Finding[];
  /** The API server's `Warning:` headers (deprecations, Pod Security …), and what is questionable about the chart's objects. */
  warnings: Finding[];
  /** What the API server would have stored, with its defaults, in the order of the manifest. */
  objects: KubeObject[];
  /** What an upgrade deletes: objects of the last revision that the chart no longer renders, as stored. Empty for an installation. */
  pruned: KubeObject[];
  /** The number of objects that have errors. */
  rejected: number;
  /** The number of submitted objects. */
  submitted: number;
  /** Every object of the chart, submitted or not. */
  refs: ObjectRef[];
  chart: HelmChartInfo;
  /** `upgrade` when a release of this name exists in the namespace. */
  operation: "install" | "upgrade";
  namespace: string;
  releaseName: string;
  durationMs: number;
}

/** What `release.test()` resolves with. */
export interface TestResult {
  /** Hooks ran, and all of them succeeded. */
  passed: boolean;
  findings: Finding[];
  hooks: HelmTestHook[];
  /** The logs of the test Pods, with the option `logs`. */
  logs?: string;
  /** Why logs of test Pods are missing. It does not make a test fail. */
  logsError?: string;
  durationMs: number;
}
