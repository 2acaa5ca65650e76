import type { Finding } from "../findings/finding.ts";
import type { HelmHook } from "../helm/types.ts";
import { type KubeObject, type ObjectRef, objectKey, toObjectRef } from "../kube/object-ref.ts";
import type { TestNamespace } from "../kube/test-namespace.ts";
import { dryRunChart } from "../release/dry-run-chart.ts";
import { install } from "../release/install-chart.ts";
import { lintChart } from "../release/lint-chart.ts";
import type { Release } from "../release/release.ts";
import type { TemplateResult } from "../release/results.ts";
import { templateChart } from "../release/template-chart.ts";
import { type ClusterNames, findClusterNames } from "../sharing/cluster-names.ts";
import { lockTrial } from "../sharing/trial-locks.ts";
import { assumedReferences } from "./assumed-references.ts";
import { containerHooks, HOOKS_NOT_RUN } from "./container-hooks.ts";
import { existingKeys, findLeftovers, removeFinalizers, removeOutside } from "./leftovers.ts";
import type { TrialPlan } from "./plan-trials.ts";
import { toTrialError } from "./step-runner.ts";
import { sweep } from "./sweep.ts";
import type { TrialContext } from "./trial-context.ts";
import type { TrialError } from "./trial-result.ts";

/** The steps of one trial, and what each leaves for the next steps. */
export class TrialSteps {
  readonly #plan: TrialPlan;
  readonly #context: TrialContext;
  #namespace: TestNamespace | undefined;
  #template: TemplateResult | undefined;
  #outside: ClusterNames = { refs: [], keys: [], isExclusive: false };
  #before: ReadonlySet<string> = new Set();
  #lock: AsyncDisposable | undefined;
  #release: Release | undefined;
  #isInstallTried = false;
  #isClean = false;
  readonly #notes: string[] = [];
  #waitedMs = 0;

  constructor(plan: TrialPlan, context: TrialContext) {
    this.#plan = plan;
    this.#context = context;
  }

  /** The trial's own namespace; empty until it is created. */
  get namespace(): string {
    return this.#namespace?.name ?? "";
  }

  /** The chart's rendered documents; empty until the chart is rendered. */
  get documents(): readonly KubeObject[] {
    return this.#template?.documents ?? [];
  }

  /** How long the dry run waited for other trials, in milliseconds: its own duration does not include it. */
  get waitedMs(): number {
    return this.#waitedMs;
  }

  /** What was left out or assumed, for the report. */
  get notes(): string[] {
    return this.#isInstallTried && this.#isWithoutHooks ? [HOOKS_NOT_RUN, ...this.#notes] : this.#notes;
  }

  async lint(): Promise<Finding[]> {
    const { findings } = await lintChart(this.#plan.chartPath, this.#common);
    return findings;
  }

  async template(): Promise<Finding[]> {
    const { plane, signal } = this.#context;
    this.#namespace = await plane.namespace({ prefix: this.#plan.chart.name, signal });
    this.#template = await templateChart(this.#plan.chartPath, { ...this.#common, namespace: this.namespace });
    return this.#template.warnings;
  }

  async dryRun(): Promise<Finding[]> {
    const { plane, signal } = this.#context;
    this.#outside = await findClusterNames(this.#rendered, plane.kube, signal);
    const askedAt = performance.now();
    this.#lock = await lockTrial(plane, this.#outside, signal);
    this.#waitedMs = performance.now() - askedAt;
    this.#before = await existingKeys(plane.kube, this.#outside.refs, signal);
    const result = await dryRunChart(this.#plan.chartPath, { ...this.#common, namespace: this.namespace });
    // The step template has reported the others.
    const warnings = result.warnings.filter(({ step }) => step === "dry-run");
    return [...result.findings, ...warnings];
  }

  async install(): Promise<Finding[]> {
    this.#isInstallTried = true;
    const { timeout, isAlone } = this.#context;
    const wait = this.#hasPods;
    const noHooks = this.#isWithoutHooks;
    const options = { ...this.#common, namespace: this.namespace, timeout, wait, waitForJobs: wait, noHooks };
    this.#release = await install(this.#plan.chartPath, options, { isAlone });
    this.#notes.push(...(await assumedReferences(this.#context.plane.kube, this.namespace, this.#context.signal)));
    return [];
  }

  /** Why the chart's tests do not run: there are none, or nothing would complete them. */
  get whyNoTest(): string | undefined {
    if (!this.#hasPods) return "nothing runs Pods";
    const isTest = ({ events }: HelmHook) => events.includes("test");
    return (this.#template?.hooks ?? []).some(isTest) ? undefined : "the chart has no tests";
  }

  async test(): Promise<Finding[]> {
    const { timeout, signal } = this.#context;
    const result = await this.#release?.test({ timeout, signal });
    return result?.findings ?? [];
  }

  async uninstall(): Promise<Finding[]> {
    const { timeout, signal } = this.#context;
    await this.#release?.uninstall({ timeout, signal, noHooks: this.#isWithoutHooks });
    return [];
  }

  async leftovers(): Promise<Finding[]> {
    const { plane, signal } = this.#context;
    const leftovers = await findLeftovers({
      kube: plane.kube,
      namespace: this.namespace,
      releaseName: this.#rendered.releaseName,
      template: this.#rendered,
      outside: this.#outside.refs,
      before: this.#before,
      signal,
    });
    this.#isClean = leftovers.length === 0;
    return leftovers.map(({ finding }) => finding);
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
      if (this.#isInstallTried) await removeOutside(plane.kube, this.#created);
      await this.#namespace?.remove();
      return undefined;
    } catch (error) {
      const { code, message } = toTrialError(error);
      if (code === "SEATRIAL_ENGINE_EXITED") return undefined;
      return { code, message: `Cleaning up after the trial failed: ${message}` };
    } finally {
      await this.#lock?.[Symbol.asyncDispose]();
    }
  }

  /** Objects outside the namespace that the release created. */
  get #created(): ObjectRef[] {
    return this.#outside.refs.filter((ref) => !this.#before.has(objectKey(ref)));
  }

  // A finalizer that nothing handles would keep the namespace forever; the steps have reported it by now.
  async #freeObjects(): Promise<void> {
    const { kube } = this.#context.plane;
    const release = { namespace: this.namespace, releaseName: this.#rendered.releaseName };
    const { objects } = await sweep(kube, release);
    await removeFinalizers(kube, [...objects.map(toObjectRef), ...this.#created]);
  }

  async #removeRelease(): Promise<void> {
    // After an interrupt, hooks would wait for containers here, too.
    if (this.#release?.status === "deployed") await this.#release.uninstall({ noHooks: true });
    await this.#release?.[Symbol.asyncDispose]();
  }

  get #common() {
    const { plane, signal } = this.#context;
    return { values: this.#plan.values, controlPlane: plane, signal };
  }

  get #rendered(): TemplateResult {
    if (this.#template === undefined) throw new Error("the template step must have passed first");
    return this.#template;
  }

  get #hasPods(): boolean {
    return this.#context.plane.capabilities.pods !== "none";
  }

  get #isWithoutHooks(): boolean {
    return !this.#hasPods && containerHooks(this.#template?.hooks ?? []).length > 0;
  }
}
