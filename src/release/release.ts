import { resolve } from "node:path";
import { UsageError } from "../errors/usage-error.ts";
import { isReleaseNotFound } from "../helm/helm-error.ts";
import type { HelmChartInfo, HelmRelease } from "../helm/types.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import type { Stored, WellKnownKinds } from "../kube/stored.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import type { Hold } from "../sharing/holds.ts";
import type { NamespaceScope } from "../sharing/release-namespace.ts";
import { orChartFailure } from "./chart-failure.ts";
import { openChartCall } from "./chart-request.ts";
import { checkCallOptions } from "./option-checks.ts";
import type { RollbackOptions, TestOptions, UninstallOptions, UpgradeOptions } from "./options.ts";
import { fetchObjects, ownedObjects, releaseRefs } from "./release-objects.ts";
import type { TestResult } from "./results.ts";
import { type ObjectSelector, selectOne } from "./select-object.ts";
import { testRelease } from "./test-release.ts";
import { removeKept, uninstallRelease, verifyUninstalled } from "./uninstall-release.ts";
import { awaitReady } from "./wait/await-ready.ts";

/** Chooses between objects of one kind and name. */
export type GetOptions = Pick<ObjectSelector, "namespace" | "apiVersion">;

interface ReleaseParts {
  plane: ControlPlane;
  home: NamespaceScope;
  crds: Hold;
  /** The path of the chart. */
  chart: string;
  info: HelmRelease;
}

/** An installed chart. Disposing of it uninstalls it and removes what seatrial made for it. */
export class Release implements AsyncDisposable {
  readonly name: string;
  readonly namespace: string;
  readonly controlPlane: ControlPlane;
  readonly #home: NamespaceScope;
  readonly #crds: Hold;
  #chart: string;
  #info: HelmRelease;
  #isUninstalled = false;
  #disposal: Promise<void> | undefined;
  readonly #undo: (() => Promise<void>)[] = [];

  constructor({ plane, home, crds, chart, info }: ReleaseParts) {
    this.name = info.name;
    this.namespace = info.namespace;
    this.controlPlane = plane;
    this.#home = home;
    this.#crds = crds;
    this.#chart = chart;
    this.#info = info;
  }

  /** What Helm said of the last operation. */
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
   * The one object of this kind and name in the release, as the API server has it: raw JSON, dates are text. It is
   * looked for among the objects of the manifest, the hooks, and what controllers made for them. Rejects with
   * `SEATRIAL_OBJECT_SELECTION`, telling what there is, when there is none or several.
   */
  get<Kind extends keyof WellKnownKinds>(kind: Kind, name: string, options?: GetOptions): Promise<WellKnownKinds[Kind]>;
  get<Value extends object = KubeObject>(kind: string, name: string, options?: GetOptions): Promise<Stored<Value>>;
  async get(kind: string, name: string, options: GetOptions = {}): Promise<unknown> {
    const found = await this.#find(kind);
    const others = found.length > 0 ? found : await this.objects();
    return selectOne(others, { kind, name, ...options }, `The objects of release ${this.namespace}/${this.name}`);
  }

  /** Every object of this kind in the release, also those that controllers made for it. May be empty. */
  all<Kind extends keyof WellKnownKinds>(kind: Kind): Promise<WellKnownKinds[Kind][]>;
  all<Value extends object = KubeObject>(kind: string): Promise<Stored<Value>[]>;
  async all(kind: string): Promise<unknown[]> {
    return this.#find(kind);
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
   * Upgrades to another chart, or to the same with other values, and resolves with this release. As with Helm, an upgrade
   * without values keeps those of the last revision. Rejects with findings in `details.findings`.
   */
  upgrade(options?: UpgradeOptions): Promise<this>;
  upgrade(chart: string, options?: UpgradeOptions): Promise<this>;
  async upgrade(first?: string | UpgradeOptions, second?: UpgradeOptions): Promise<this> {
    this.#checkInstalled("upgrade");
    const chart = typeof first === "string" ? first : undefined;
    const options = (typeof first === "string" ? second : first) ?? {};
    checkCallOptions("release.upgrade", options);
    const path = chart === undefined ? this.#chart : resolve(chart);
    const {
      values,
      set,
      setString,
      setJson,
      setFile,
      setLiteral,
      signal,
      dependencyUpdate,
      skipSchemaValidation,
      renderTimeout,
      ...how
    } = options;
    const inputs = { values, set, setString, setJson, setFile, setLiteral, dependencyUpdate, skipSchemaValidation };
    const named = { ...inputs, renderTimeout, releaseName: this.name, controlPlane: this.controlPlane };
    await using call = await openChartCall("installChart", path, named);
    const labels = how.labels === undefined ? undefined : { ...how.labels };
    const request = { ...call.request, ...how, labels, namespace: this.namespace, releaseName: this.name };
    const upgrade = this.#awaitReady("upgrade", options, () => this.controlPlane.helm.upgrade(request, { signal }));
    this.#info = await orChartFailure(upgrade, "upgrade", `Upgrading release ${this.name} to ${chart ?? this.#chart}`);
    this.#chart = path;
    return this;
  }

  /** Goes back to a revision, by default the one before, and resolves with this release. */
  async rollback(revision = 0, options: RollbackOptions = {}): Promise<this> {
    this.#checkInstalled("rollback");
    checkCallOptions("release.rollback", options);
    const { signal, ...how } = options;
    const request = { ...how, revision, namespace: this.namespace, releaseName: this.name };
    const rollback = this.#awaitReady("rollback", options, () => this.controlPlane.helm.rollback(request, { signal }));
    this.#info = await orChartFailure(rollback, "rollback", `Rolling back release ${this.name}`);
    return this;
  }

  /** Every revision that Helm keeps, oldest first. */
  history(): Promise<HelmRelease[]> {
    return this.controlPlane.helm.history({ namespace: this.namespace, releaseName: this.name });
  }

  /** Runs the chart's test hooks. A failed test is a result, and so is a chart that has none. */
  async test(options: TestOptions = {}): Promise<TestResult> {
    this.#checkInstalled("test");
    checkCallOptions("release.test", options);
    return testRelease(this.controlPlane, this.#info, options);
  }

  /**
   * Uninstalls the release and resolves when its objects are gone, as the API server has it; those that Helm keeps
   * (`helm.sh/resource-policy: keep`) stay. The namespace stays until the release is disposed of.
   */
  async uninstall(options: UninstallOptions = {}): Promise<void> {
    this.#checkInstalled("uninstall");
    checkCallOptions("release.uninstall", options);
    const refs = await releaseRefs(this.controlPlane, this.#info);
    await uninstallRelease(this.controlPlane, this.#info, options);
    this.#isUninstalled = true;
    await verifyUninstalled(this.controlPlane, this.#info, refs, options);
  }

  /** Has something undone when the release is disposed of, before it is uninstalled; the last one given comes first. */
  onDispose(undo: () => Promise<void>): void {
    this.#undo.push(undo);
  }

  /** Uninstalls, and resolves when the objects and what seatrial made for them are gone. Safe to call twice. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= this.#dispose();
    return this.#disposal;
  }

  #awaitReady(
    step: "upgrade" | "rollback",
    options: Pick<UpgradeOptions, "wait" | "waitForJobs" | "noHooks" | "timeout" | "signal">,
    run: () => Promise<HelmRelease>,
  ): Promise<HelmRelease> {
    const next = this.revision + 1;
    const isInOperation = ({ revision, status }: HelmRelease) => revision === next && status === `pending-${step}`;
    const names = { namespace: this.namespace, releaseName: this.name };
    return awaitReady({ ...options, ...names, plane: this.controlPlane, step, isInOperation }, run);
  }

  async #dispose(): Promise<void> {
    const plane = this.controlPlane;
    for (const undo of this.#undo.reverse()) await undo();
    const refs = await releaseRefs(plane, this.#info);
    try {
      if (!this.#isUninstalled) await uninstallRelease(plane, this.#info, {}).catch(throwUnlessGone);
      this.#isUninstalled = true;
      await removeKept(plane, this.#info, refs);
    } finally {
      await this.#home.remove();
      await this.#crds.release();
    }
    // The namespace is gone with all that was in it.
    const elsewhere = this.#home.isNew ? refs.filter(({ namespace }) => namespace !== this.namespace) : refs;
    await verifyUninstalled(plane, this.#info, elsewhere, {});
  }

  async #find(kind: string): Promise<KubeObject[]> {
    const refs = await releaseRefs(this.controlPlane, this.#info);
    const [named, owned] = await Promise.all([
      fetchObjects(
        this.controlPlane,
        refs.filter((ref) => ref.kind === kind),
      ),
      ownedObjects(this.controlPlane, refs, this.namespace, kind),
    ]);
    const uids = new Set(named.map(({ metadata }) => metadata.uid));
    return [...named, ...owned.filter(({ metadata }) => !uids.has(metadata.uid))];
  }

  #checkInstalled(verb: string): void {
    if (this.#isUninstalled) throw new UsageError(`release.${verb}: release ${this.name} has been uninstalled`);
  }
}

function throwUnlessGone(error: unknown): void {
  if (!isReleaseNotFound(error)) throw error;
}
