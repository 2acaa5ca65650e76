import { resolve } from "node:path";
import { UsageError } from "../errors/usage-error.ts";
import type { HelmChartInfo, HelmRelease } from "../helm/types.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import type { Stored, WellKnownKinds } from "../kube/stored.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { withHelm } from "../plane/with-helm.ts";
import { type Identity, identityOf } from "../rbac/identity.ts";
import { trackCall, trackRemoval, withSignal } from "../util/call-group.ts";
import type { FailedOperation } from "./chart-failure.ts";
import { disposeRelease, type OwnedRelease, type UninstallState } from "./dispose-release.ts";
import { checkCallOptions } from "./option-checks.ts";
import type { RollbackOptions, TestOptions, UninstallOptions, UpgradeOptions } from "./options.ts";
import { rejectUnknownKind } from "./reject-unknown-kind.ts";
import { fetchObjects, findObjects, releaseRefs } from "./release-objects.ts";
import type { TestResult } from "./results.ts";
import type { ChangedRelease } from "./revision/await-revision.ts";
import { rememberDeployment } from "./revision/remembered-deployment.ts";
import { rollbackRelease } from "./revision/rollback-release.ts";
import { upgradeRelease } from "./revision/upgrade-release.ts";
import { type GetOptions, selectOne } from "./select-object.ts";
import { storedRelease } from "./stored-release.ts";
import { testRelease } from "./test-release.ts";
import { uninstallRelease, verifyUninstalled } from "./uninstall-release.ts";

interface ReleaseParts extends OwnedRelease {
  /** The path of the chart. */
  chart: string;
}

/** An installed chart. Disposing of it uninstalls it and removes what seatrial created for it. */
export class Release implements AsyncDisposable {
  readonly name: string;
  readonly namespace: string;
  /** Whether the namespace was created for this release, and goes with it. */
  readonly hasOwnNamespace: boolean;
  readonly controlPlane: ControlPlane;
  readonly #parts: OwnedRelease;
  readonly #operation: FailedOperation;
  #chart: string;
  #info: HelmRelease;
  readonly #uninstallState: UninstallState = { isUninstalled: false, hasFailed: false, hasHistory: false };
  #disposal: Promise<void> | undefined;
  readonly #disposalSteps: (() => Promise<void>)[] = [];

  constructor({ chart, ...parts }: ReleaseParts) {
    this.name = parts.info.name;
    this.namespace = parts.info.namespace;
    this.hasOwnNamespace = parts.namespace.isNew;
    this.controlPlane = parts.plane;
    this.#parts = parts;
    this.#operation = { ownNamespace: parts.namespace.isNew ? parts.info.namespace : undefined };
    this.#chart = chart;
    this.#info = parts.info;
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
    return this.#uninstallState.isUninstalled ? "uninstalled" : this.#info.status;
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
   * A ServiceAccount, and what it may do: `<name>` in the release's namespace, or `<namespace>/<name>`. Rejects with
   * `SEATRIAL_USAGE` when it does not exist.
   */
  as(account: string): Promise<Identity> {
    return identityOf(this.controlPlane.kube, this.namespace, account);
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
    const path = chart === undefined ? this.#chart : resolve(chart);
    const what = `Upgrading release ${this.name}${chart === undefined ? "" : ` to ${chart}`}`;
    this.#info = await this.#orRefresh(upgradeRelease(this.#changed, path, options, what));
    this.#chart = path;
    rememberDeployment(this, path, options);
    return this;
  }

  /**
   * Rolls back to a revision, by default the previous one, and resolves with this release. Also brings back a release that was
   * uninstalled with `keepHistory`.
   */
  rollback(revision = 0, options: RollbackOptions = {}): Promise<this> {
    return trackCall(options?.signal, (signal) => this.#rollback(revision, withSignal(options, signal)));
  }

  async #rollback(revision: number, options: RollbackOptions): Promise<this> {
    // Helm can bring back a release whose history it has kept.
    if (!this.#uninstallState.hasHistory) this.#checkInstalled("rollback");
    this.#info = await this.#orRefresh(rollbackRelease(this.#changed, revision, options));
    this.#uninstallState.isUninstalled = false;
    this.#uninstallState.hasHistory = false;
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
   * (`helm.sh/resource-policy: keep`) and CustomResourceDefinitions stay until the release is disposed of, other objects of
   * `crds/` are removed. The namespace stays until the release is disposed of.
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
    const plane = await withHelm(this.controlPlane, options.helm);
    this.#uninstallState.hasFailed = true;
    await this.#orRefresh(uninstallRelease(plane, this.#info, options));
    this.#uninstallState.isUninstalled = true;
    this.#uninstallState.hasHistory = options.keepHistory === true;
    await this.#parts.others.remove();
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

  get #changed(): ChangedRelease {
    const { plane, isAlone } = this.#parts;
    return { plane, isAlone, info: this.#info, operation: this.#operation };
  }

  // After a failure, the release is what Helm has stored: a failed revision, or nothing.
  async #orRefresh<Value>(work: Promise<Value>): Promise<Value> {
    try {
      return await work;
    } catch (error) {
      const stored = await storedRelease(this.#info, this.controlPlane);
      if (stored === undefined) this.#uninstallState.isUninstalled = true;
      else this.#info = stored;
      throw error;
    }
  }

  async #dispose(): Promise<void> {
    for (const step of this.#disposalSteps.reverse()) await step();
    await disposeRelease({ ...this.#parts, info: this.#info }, { ...this.#uninstallState });
    this.#uninstallState.isUninstalled = true;
  }

  #checkInstalled(verb: string): void {
    if (this.#uninstallState.isUninstalled)
      throw new UsageError(`release.${verb}: release ${this.name} has been uninstalled`);
  }
}
