import type { Finding } from "../findings/finding.ts";
import type { ReleaseId } from "../helm/annotations.ts";
import { type KubeObject, type ObjectRef, objectKey, toObjectRef } from "../kube/object-ref.ts";
import { uniqueName } from "../kube/test-namespace.ts";
import { dryRunChart } from "../release/dry-run-chart.ts";
import { install } from "../release/install-chart.ts";
import { lintChart } from "../release/lint-chart.ts";
import type { Release } from "../release/release.ts";
import type { TemplateResult } from "../release/results.ts";
import { renderChart } from "../release/template-chart.ts";
import { type ClusterNames, findClusterNames } from "../sharing/cluster-names.ts";
import { waitForPolicies } from "../sharing/policies-in-effect.ts";
import { lockTrial } from "../sharing/trial-locks.ts";
import { assumedReferences } from "./assumed-references.ts";
import { containerHooks, HOOKS_NOT_RUN } from "./container-hooks.ts";
import { removableObjects } from "./created-objects.ts";
import { removeForeignFinalizers } from "./foreign-finalizers.ts";
import { existingKeys, findLeftovers, removeFinalizers, removeOutside } from "./leftovers.ts";
import { withoutMissingObjects } from "./missing-objects.ts";
import { toMissingPrerequisite } from "./missing-prerequisite.ts";
import type { TrialPlan } from "./plan-trials.ts";
import { type PreparedChart, prepareChart } from "./prepare-chart.ts";
import { toTrialError } from "./step-runner.ts";
import { sweep } from "./sweep.ts";
import type { TrialContext } from "./trial-context.ts";
import { openTrialNamespace, type TrialNamespace } from "./trial-namespace.ts";
import type { KeptObject, StepName, TrialError } from "./trial-result.ts";
import { whyAbsent } from "./why-absent.ts";

const NAMESPACE = { apiVersion: "v1", kind: "Namespace" };

/** The steps of one trial, and what each leaves for the next steps. */
export class TrialSteps {
  readonly #plan: TrialPlan;
  readonly #context: TrialContext;
  #chart: PreparedChart | undefined;
  #namespaceName = "";
  #namespace: TrialNamespace | undefined;
  #template: TemplateResult | undefined;
  #outside: ClusterNames = { refs: [], keys: [], pools: [], isExclusive: false };
  #before: ReadonlySet<string> = new Set();
  #lock: AsyncDisposable | undefined;
  #release: Release | undefined;
  #isInstallTried = false;
  #isClean = false;
  #looksBeyond = false;
  #kept: KeptObject[] = [];
  #visible: KubeObject[] = [];
  readonly #notes: string[] = [];

  constructor(plan: TrialPlan, context: TrialContext) {
    this.#plan = plan;
    this.#context = context;
  }

  /** The trial's namespace; empty until the chart is rendered. */
  get namespace(): string {
    return this.#namespaceName;
  }

  /** The plan with the chart that is tried: a copy, when dependencies had to be built. */
  get plan(): TrialPlan {
    return { ...this.#plan, chartPath: this.#chart?.path ?? this.#plan.chartPath };
  }

  /** The chart's rendered documents, and the Secrets that its templates may have read; empty until it is rendered. */
  get documents(): readonly KubeObject[] {
    return [...(this.#template?.documents ?? []), ...this.#visible, ...(this.#context.inputs.given?.perTrial ?? [])];
  }

  /** What was left out or assumed, for the report. */
  get notes(): string[] {
    const notes = [...this.#plan.notes, ...this.#notes];
    return this.#isInstallTried && this.#isWithoutHooks ? [HOOKS_NOT_RUN, ...notes] : notes;
  }

  /** What stays after the uninstall by design. */
  get kept(): KeptObject[] {
    return this.#kept;
  }

  async lint(): Promise<Finding[]> {
    const { plane, signal } = this.#context;
    this.#chart = await prepareChart(plane, this.#plan.chartPath, this.#plan.chart.path, signal);
    const { findings } = await lintChart(this.plan.chartPath, this.#common);
    return findings;
  }

  async template(): Promise<Finding[]> {
    const { plane, inputs } = this.#context;
    const kubernetes = plane.versions.kubernetes;
    const unnamed = plane.capabilities.installs ? uniqueName(this.#plan.chart.name) : "default";
    this.#namespaceName = inputs.namespace ?? unnamed;
    const options = { ...this.#inNamespace, kubeVersion: kubernetes, apiVersions: inputs.apiVersions };
    try {
      const { result, looksBeyond } = await renderChart(this.plan.chartPath, options);
      this.#template = result;
      this.#looksBeyond = looksBeyond;
    } catch (error) {
      throw await toMissingPrerequisite(error, { plan: this.plan, kubernetes });
    }
    return this.#template.warnings;
  }

  async dryRun(): Promise<Finding[]> {
    const { plane, signal, inputs } = this.#context;
    this.#outside = await this.#findOutside();
    this.#lock = await lockTrial(plane, this.#outside, signal);
    this.#namespace = await openTrialNamespace(plane, this.namespace, inputs.given, signal);
    const existing = await existingKeys(plane.kube, this.#outside.refs, signal);
    this.#before = new Set([...existing, ...this.#namespace.before]);
    // Templates may print what others have stored; nobody else stores anything as long as this trial runs alone.
    if (this.#looksBeyond) this.#visible = await plane.kube.list("v1", "Secret", { signal });
    const result = await dryRunChart(this.plan.chartPath, this.#inNamespace);
    // The step template has reported the others.
    const warnings = result.warnings.filter(({ step }) => step === "dry-run");
    return [...withoutMissingObjects(result.findings, this.#rendered.documents, inputs), ...warnings];
  }

  // A chart that looks up objects in all namespaces would see those of the charts that run at the same time.
  async #findOutside(): Promise<ClusterNames> {
    const { plane, signal, inputs } = this.#context;
    const found = await findClusterNames(this.#rendered, plane.kube, signal);
    const own = inputs.namespace === undefined ? [] : [objectKey({ ...NAMESPACE, name: inputs.namespace })];
    const keys = [...new Set([...found.keys, ...own])].sort();
    return { ...found, keys, isExclusive: found.isExclusive || this.#looksBeyond };
  }

  async install(): Promise<Finding[]> {
    this.#isInstallTried = true;
    const { timeout, isAlone } = this.#context;
    const wait = this.#hasPods;
    const noHooks = this.#isWithoutHooks;
    const options = { ...this.#inNamespace, timeout, wait, waitForJobs: wait, noHooks };
    this.#release = await install(this.plan.chartPath, options, { isAlone });
    this.#notes.push(...(await assumedReferences(this.#context.plane.kube, this.namespace, this.#context.signal)));
    return [];
  }

  /** Why a step does not apply to this chart or control plane. */
  whyAbsent(step: StepName): string | undefined {
    return whyAbsent(step, this.#context.plane, this.#template?.hooks ?? []);
  }

  async test(): Promise<Finding[]> {
    const { timeout, signal } = this.#context;
    const result = await this.#release?.test({ timeout, signal });
    return result?.findings ?? [];
  }

  async uninstall(): Promise<Finding[]> {
    const { timeout, signal, plane } = this.#context;
    if (plane.capabilities.owned) {
      this.#notes.push(...(await removeForeignFinalizers(plane.kube, this.#rendered, this.namespace, signal)));
    }
    await this.#release?.uninstall({ timeout, signal, noHooks: this.#isWithoutHooks });
    return [];
  }

  async leftovers(): Promise<Finding[]> {
    const { plane, signal } = this.#context;
    const { findings, kept } = await findLeftovers({
      kube: plane.kube,
      namespace: this.namespace,
      releaseName: this.#rendered.releaseName,
      template: this.#rendered,
      outside: this.#outside.refs,
      before: this.#before,
      signal,
    });
    this.#isClean = findings.length + kept.length === 0;
    this.#kept = kept;
    return findings;
  }

  /**
   * Removes the namespace and the objects that the release left elsewhere, also after an interrupt: they would disturb other
   * trials, and stay on a control plane that was up before. Resolves with the error, if any. Nothing is left of an engine
   * that has exited.
   */
  async cleanUp(): Promise<TrialError | undefined> {
    const { plane } = this.#context;
    try {
      if (this.#isInstallTried && !this.#isClean) await this.#freeObjects();
      await this.#removeRelease();
      if (this.#isInstallTried) await removeOutside(plane.kube, await this.#removable());
      await this.#namespace?.remove();
      if (this.#isInstallTried && this.#outside.isExclusive) await waitForPolicies(plane, this.#outside.refs);
      return undefined;
    } catch (error) {
      const { code, message } = toTrialError(error);
      if (code === "SEATRIAL_ENGINE_EXITED") return undefined;
      return { code, message: `Cleaning up after the trial failed: ${message}` };
    } finally {
      await this.#chart?.[Symbol.asyncDispose]();
      await this.#lock?.[Symbol.asyncDispose]();
    }
  }

  /** Objects outside the namespace that the release created. */
  get #created(): ObjectRef[] {
    return this.#outside.refs.filter((ref) => !this.#before.has(objectKey(ref)));
  }

  #removable(): Promise<ObjectRef[]> {
    return removableObjects(this.#context.plane, this.#created, this.#releaseId);
  }

  // A finalizer that nothing handles would keep the namespace forever; the steps have reported it by now.
  async #freeObjects(): Promise<void> {
    const { kube } = this.#context.plane;
    const { objects } = await sweep(kube, this.#releaseId);
    const own = objects.map(toObjectRef).filter((ref) => !this.#before.has(objectKey(ref)));
    const isOwn = this.#context.plane.capabilities.owned || this.#namespace?.isNew === true;
    await removeFinalizers(kube, [...(isOwn ? own : []), ...(await this.#removable())]);
  }

  async #removeRelease(): Promise<void> {
    // After an interrupt, hooks would wait for containers here, too.
    if (this.#release?.status === "deployed") await this.#release.uninstall({ noHooks: true });
    await this.#release?.[Symbol.asyncDispose]();
  }

  get #common() {
    const { plane, signal } = this.#context;
    return { values: this.#plan.values, set: this.#context.inputs.set, controlPlane: plane, signal };
  }

  get #inNamespace() {
    return { ...this.#common, namespace: this.namespace, releaseName: this.#context.inputs.releaseName };
  }

  get #rendered(): TemplateResult {
    if (this.#template === undefined) throw new Error("the template step must have passed first");
    return this.#template;
  }

  get #releaseId(): ReleaseId {
    return { namespace: this.namespace, releaseName: this.#rendered.releaseName };
  }

  get #hasPods(): boolean {
    return this.#context.plane.capabilities.pods !== "none";
  }

  get #isWithoutHooks(): boolean {
    return !this.#hasPods && containerHooks(this.#template?.hooks ?? []).length > 0;
  }
}
