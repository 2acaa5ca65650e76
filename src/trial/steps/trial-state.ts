import type { ReleaseId } from "../../helm/annotations.ts";
import type { KubeObject } from "../../kube/object-ref.ts";
import type { Release } from "../../release/release.ts";
import type { TemplateResult } from "../../release/results.ts";
import type { ClusterNames } from "../../sharing/cluster-names.ts";
import type { GivenObjects } from "../../sharing/given-objects.ts";
import { containerHooks, HOOKS_NOT_RUN } from "../container-hooks.ts";
import type { LiveRelease } from "../live/live-release.ts";
import type { TrialPlan } from "../plan-trials.ts";
import type { PodSecurityResult } from "../policy/judge-pod-security.ts";
import type { PreparedChart } from "../prepare-chart.ts";
import type { TrialContext } from "../trial-context.ts";
import type { TrialNamespace } from "../trial-namespace.ts";
import type { KeptObject, TrialResult, UpgradedFrom } from "../trial-result.ts";

/** What the steps of one trial leave for the next steps. */
export class TrialState {
  readonly context: TrialContext;
  /** The trial's namespace; empty until the chart is rendered. */
  namespaceName = "";
  chart: PreparedChart | undefined;
  namespace: TrialNamespace | undefined;
  /** The objects that are given to this trial alone. */
  given: GivenObjects | undefined;
  template: TemplateResult | undefined;
  outside: ClusterNames = { refs: [], keys: [], pools: [], isExclusive: false };
  /** The keys of objects that existed before. */
  before: ReadonlySet<string> = new Set();
  lock: AsyncDisposable | undefined;
  /** The release that exists now, or existed last. */
  release: Release | undefined;
  /** Releases of earlier steps: their CustomResourceDefinitions stay until they are disposed of. */
  readonly formerReleases: Release[] = [];
  /** The previous version, with its dependencies. */
  previousChart: PreparedChart | undefined;
  /** What a fresh installation has stored, what the previous version has stored, and what the upgrade has made of it. */
  fresh: LiveRelease | undefined;
  beforeUpgrade: LiveRelease | undefined;
  afterUpgrade: LiveRelease | undefined;
  rights: NonNullable<TrialResult["rights"]> = [];
  podSecurity: PodSecurityResult | undefined;
  upgradedFrom: UpgradedFrom | undefined;
  /** The `crds/` of the previous version; `undefined` when it cannot be rendered. */
  previousCrds: TemplateResult["crds"] | undefined;
  /** The digest of the chart, as Helm reads it. */
  digest: string | undefined;
  isInstallTried = false;
  isClean = false;
  looksBeyond = false;
  /** The chart's `kubeVersion` when it excludes a version that was asked for. */
  excludingRange: string | undefined;
  kept: KeptObject[] = [];
  /** Secrets that the templates may have read. */
  visible: KubeObject[] = [];
  /** Secrets that the release had at any time: an upgrade may make them anew. */
  readonly secrets: KubeObject[] = [];
  readonly ownNotes: string[] = [];
  readonly #plan: TrialPlan;

  constructor(plan: TrialPlan, context: TrialContext) {
    this.#plan = plan;
    this.context = context;
  }

  /** The plan with the chart that is tried: a copy, when dependencies had to be built. */
  get plan(): TrialPlan {
    return { ...this.#plan, chartPath: this.chart?.path ?? this.#plan.chartPath };
  }

  /** The chart's rendered documents, and the Secrets that reports must not show; empty until it is rendered. */
  get documents(): readonly KubeObject[] {
    const { given, caseGiven = [] } = this.context.inputs;
    const all = [...(given?.perTrial ?? []), ...caseGiven.map(({ object }) => object)];
    return [...(this.template?.documents ?? []), ...this.visible, ...this.secrets, ...all];
  }

  /** What the trial leaves out and why, for people. */
  get notes(): string[] {
    // Every installation of the trial notes the same.
    const notes = [...new Set([...this.#plan.notes, ...this.ownNotes])];
    return this.isInstallTried && this.isWithoutHooks ? [HOOKS_NOT_RUN, ...notes] : notes;
  }

  /** Options of every helper. */
  get common() {
    const { plane, signal, inputs } = this.context;
    return { values: this.#plan.values, set: inputs.set, controlPlane: plane, signal };
  }

  /** Options of every helper that works in the namespace. */
  get inNamespace() {
    return { ...this.common, namespace: this.namespaceName, releaseName: this.context.inputs.releaseName };
  }

  /** Who installs the charts, and whether without their `crds/`. */
  get deployer() {
    const { as, skipCrds } = this.context.inputs;
    return { as, skipCrds };
  }

  /** Options of an installation and an upgrade. */
  get deployment() {
    const wait = this.hasPods;
    return { timeout: this.context.timeout, wait, waitForJobs: wait, noHooks: this.isWithoutHooks };
  }

  /** The rendered chart; throws before the step template. */
  get rendered(): TemplateResult {
    if (this.template === undefined) throw new Error("the template step must have passed first");
    return this.template;
  }

  get releaseId(): ReleaseId {
    return { namespace: this.namespaceName, releaseName: this.rendered.releaseName };
  }

  get hasPods(): boolean {
    return this.context.plane.capabilities.pods !== "none";
  }

  /** Nothing runs the Jobs and Pods among the hooks. */
  get isWithoutHooks(): boolean {
    return !this.hasPods && containerHooks(this.template?.hooks ?? []).length > 0;
  }
}
