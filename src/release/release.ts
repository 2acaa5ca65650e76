import { resolve } from "node:path";
import { UsageError } from "../errors/usage-error.ts";
import type { HelmChartInfo, HelmRelease } from "../helm/types.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import type { Stored, WellKnownKinds } from "../kube/stored.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import type { Hold } from "../sharing/holds.ts";
import type { ReleaseNamespace } from "../sharing/release-namespace.ts";
import { trackCall, trackRemoval, withSignal } from "../util/call-group.ts";
import { runEach } from "../util/first-error.ts";
import { type FailedOperation, orChartFailure } from "./chart-failure.ts";
import { openChartCall } from "./chart-request.ts";
import { checkCallOptions, pickChartInputs, pickHelmOptions } from "./option-checks.ts";
import type { RollbackOptions, TestOptions, UninstallOptions, UpgradeOptions } from "./options.ts";
import { rejectUnknownKind } from "./reject-unknown-kind.ts";
import { fetchObjects, findObjects, releaseRefs } from "./release-objects.ts";
import type { TestResult } from "./results.ts";
import { type GetOptions, selectOne } from "./select-object.ts";
import { testRelease } from "./test-release.ts";
import { removeKept, uninstallRelease, uninstallUnlessGone, verifyUninstalled } from "./uninstall-release.ts";
import { awaitReady } from "./wait/await-ready.ts";

interface ReleaseParts {
  plane: ControlPlane;
  namespace: ReleaseNamespace;
  crds: Hold;
  /** The path of the chart. */
  chart: string;
  info: HelmRelease;
}

/** An installed chart. Disposing of it uninstalls it and removes what seatrial created for it. */
export class Release implements AsyncDisposable {
  readonly name: string;
  readonly namespace: string;
  readonly controlPlane: ControlPlane;
  readonly #ownNamespace: ReleaseNamespace;
  readonly #crds: Hold;
  readonly #operation: FailedOperation;
  #chart: string;
  #info: HelmRelease;
  #isUninstalled = false;
  #disposal: Promise<void> | undefined;
  readonly #disposalSteps: (() => Promise<void>)[] = [];

  constructor({ plane, namespace, crds, chart, info }: ReleaseParts) {
    this.name = info.name;
    this.namespace = info.namespace;
    this.controlPlane = plane;
    this.#ownNamespace = namespace;
    this.#crds = crds;
    this.#operation = { ownNamespace: namespace.isNew ? info.namespace : undefined };
    this.#chart = chart;
    this.#info = info;
  }

  /** What Helm reported about the last operation. */
  get info(): HelmRelease {
    return this.#info;
  }

  /** 1 after the installation; grows with each upgrade and rollback. */
  get revision(): number {
    return this.#info.revision;
  }

  /** `deployed`, `failed`, `uninstalled` … */
  get status(): string {
    return this.#isUninstalled ? "uninstalled" : this.#info.status;
  }

  /** The chart of this revision; its `digest` differs between different charts. */
  get chart(): HelmChartInfo {
    return this.#info.chart;
  }

  /** The text that Helm rendered and installed, without hooks. */
  get manifest(): string {
    return this.#info.manifest;
  }

  get notes(): string {
    return this.#info.notes;
  }

  /**
   * The one object of this kind and name in the release, as the API server has it: raw JSON, dates are text. Searches the
   * objects of the manifest, the hooks, and the objects that controllers created for them. Rejects with
   * `SEATRIAL_OBJECT_SELECTION`, which lists the existing objects, when there is no such object or several.
   */
  get<Kind extends keyof WellKnownKinds>(kind: Kind, name: string, options?: GetOptions): Promise<WellKnownKinds[Kind]>;
  get<Value extends object = KubeObject>(kind: string, name: string, options?: GetOptions): Promise<Stored<Value>>;
  async get(kind: string, name: string, options: GetOptions = {}): Promise<unknown> {
    const found = await findObjects(this.controlPlane, this.#info, kind);
    const others = found.length > 0 ? found : await this.objects();
    return selectOne(others, { kind, name, ...options }, `Release ${this.namespace}/${this.name}`);
  }

  /**
   * Every object of this kind in the release, also objects that controllers created for it. May be empty. Rejects with
   * `SEATRIAL_USAGE` for a kind that neither the API server serves nor the release names.
   */
  all<Kind extends keyof WellKnownKinds>(kind: Kind): Promise<WellKnownKinds[Kind][]>;
  all<Value extends object = KubeObject>(kind: string): Promise<Stored<Value>[]>;
  async all(kind: string): Promise<unknown[]> {
    const found = await findObjects(this.controlPlane, this.#info, kind);
    if (found.length === 0) await rejectUnknownKind(this.controlPlane, this.#info, kind);
    return found;
  }

  /** Every object of the manifest as the API server has it, in the order of the manifest; hooks are left out. */
  async objects(): Promise<KubeObject[]> {
    const refs = await releaseRefs(this.controlPlane, this.#info);
    return fetchObjects(
      this.controlPlane,
      refs.filter(({ isHook }) => !isHook),
    );
  }

  /**
   * Upgrades to another chart, or to the same chart with other values, and resolves with this release. As with Helm, an
   * upgrade without values keeps the values of the last revision. Rejects with an error that has `findings`.
   */
  upgrade(chart?: string | UpgradeOptions, options?: UpgradeOptions): Promise<this> {
    const given = (typeof chart === "string" ? options : chart) ?? {};
    if (typeof chart === "object" && options !== undefined)
      return Promise.reject(new UsageError("release.upgrade: the options may be given only once"));
    const path = typeof chart === "string" ? chart : undefined;
    return trackCall(given.signal, (signal) => this.#upgrade(path, withSignal(given, signal)));
  }

  async #upgrade(chart: string | undefined, options: UpgradeOptions): Promise<this> {
    this.#checkInstalled("upgrade");
    checkCallOptions("release.upgrade", options);
    const path = chart === undefined ? this.#chart : resolve(chart);
    const { dependencyUpdate } = options;
    const names = { releaseName: this.name, controlPlane: this.controlPlane };
    await using call = await openChartCall("installChart", path, {
      ...pickChartInputs(options),
      dependencyUpdate,
      ...names,
    });
    const how = pickHelmOptions("release.upgrade", options);
    const request = { ...call.request, ...how, namespace: this.namespace, releaseName: this.name };
    const upgrade = this.#awaitReady("upgrade", options, (signal) =>
      this.controlPlane.helm.upgrade(request, { signal }),
    );
    const what = `Upgrading release ${this.name}${chart === undefined ? "" : ` to ${chart}`}`;
    this.#info = await orChartFailure(upgrade, "upgrade", what, this.#operation);
    this.#chart = path;
    return this;
  }

  /** Rolls back to a revision, by default the previous one, and resolves with this release. */
  rollback(revision = 0, options: RollbackOptions = {}): Promise<this> {
    return trackCall(options?.signal, (signal) => this.#rollback(revision, withSignal(options, signal)));
  }

  async #rollback(revision: number, options: RollbackOptions): Promise<this> {
    this.#checkInstalled("rollback");
    checkCallOptions("release.rollback", options);
    const { signal, ...how } = options;
    const request = { ...how, revision, namespace: this.namespace, releaseName: this.name };
    const rollback = this.#awaitReady("rollback", options, (signal) =>
      this.controlPlane.helm.rollback(request, { signal }),
    );
    const what = `Rolling back release ${this.name}`;
    this.#info = await orChartFailure(rollback, "rollback", what, this.#operation);
    return this;
  }

  /** Every revision that Helm keeps, oldest first. */
  history(): Promise<HelmRelease[]> {
    return this.controlPlane.helm.history({ namespace: this.namespace, releaseName: this.name });
  }

  /** Runs the chart's test hooks. A failed test is a result, not an error; a chart without tests has not passed. */
  test(options: TestOptions = {}): Promise<TestResult> {
    return trackCall(options?.signal, async (signal) => {
      this.#checkInstalled("test");
      checkCallOptions("release.test", options);
      return testRelease(this.controlPlane, this.#info, withSignal(options, signal));
    });
  }

  /**
   * Uninstalls the release and resolves when the API server has none of its objects; objects that Helm keeps
   * (`helm.sh/resource-policy: keep`) stay. The namespace stays until the release is disposed of.
   */
  uninstall(options: UninstallOptions = {}): Promise<void> {
    return trackRemoval(() => this.#uninstall(options));
  }

  async #uninstall(options: UninstallOptions): Promise<void> {
    // A test that timed out may have been followed by its own afterEach.
    if (this.#disposal !== undefined) return this.#disposal;
    this.#checkInstalled("uninstall");
    checkCallOptions("release.uninstall", options);
    const refs = await releaseRefs(this.controlPlane, this.#info);
    await uninstallRelease(this.controlPlane, this.#info, options);
    this.#isUninstalled = true;
    await verifyUninstalled(this.controlPlane, this.#info, refs, options);
  }

  /** Adds a step to the disposal of the release, before it is uninstalled. The last step added runs first. */
  onDispose(step: () => Promise<void>): void {
    this.#disposalSteps.push(step);
  }

  /** Uninstalls, and resolves when the objects and what seatrial created for them are gone. Safe to call twice. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= trackRemoval(() => this.#dispose());
    return this.#disposal;
  }

  #awaitReady(
    step: "upgrade" | "rollback",
    options: Pick<UpgradeOptions, "wait" | "waitForJobs" | "noHooks" | "timeout" | "signal">,
    run: (signal: AbortSignal) => Promise<HelmRelease>,
  ): Promise<HelmRelease> {
    const next = this.revision + 1;
    const isInOperation = ({ revision, status }: HelmRelease) => revision === next && status === `pending-${step}`;
    const names = { namespace: this.namespace, releaseName: this.name };
    return awaitReady({ ...options, ...names, plane: this.controlPlane, step, isInOperation }, run);
  }

  async #dispose(): Promise<void> {
    const plane = this.controlPlane;
    for (const step of this.#disposalSteps.reverse()) await step();
    const refs = await releaseRefs(plane, this.#info);
    const uninstall = async () => {
      if (!this.#isUninstalled) await uninstallUnlessGone(plane, this.#info);
      this.#isUninstalled = true;
      await removeKept(plane, this.#info, refs);
    };
    await runEach([uninstall, () => this.#ownNamespace.remove(), () => this.#crds.remove()]);
    // The namespace is gone with everything in it.
    const elsewhere = this.#ownNamespace.isNew ? refs.filter(({ namespace }) => namespace !== this.namespace) : refs;
    await verifyUninstalled(plane, this.#info, elsewhere, {});
  }

  #checkInstalled(verb: string): void {
    if (this.#isUninstalled) throw new UsageError(`release.${verb}: release ${this.name} has been uninstalled`);
  }
}
