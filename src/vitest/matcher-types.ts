import type { PreviousVersion } from "../life/previous-version.ts";
import type {
  ConditionExpectation,
  DocumentExpectation,
  DocumentsExpectation,
  ExistingObjects,
  IdempotentExpectation,
  NothingLeftExpectation,
  PodSource,
  RejectedExpectation,
  TemplateFailureExpectation,
} from "../matchers/index.ts";
import type { Identity } from "../rbac/identity.ts";
import type { Access } from "../rbac/resolve-access.ts";
import type { InstallOptions } from "../release/options.ts";
import type { Release } from "../release/release.ts";
import type { DryRunResult, TemplateResult } from "../release/results.ts";
import type { LiveSnapshotOptions } from "./to-match-live-snapshot.ts";

/**
 * A matcher for received values of type `Wanted`. It cannot be called on a value that
 * is of another type.
 */
type For<Received, Wanted, Matcher, Otherwise extends string> = [NonNullable<Received>] extends [Wanted]
  ? Matcher
  : [Wanted] extends [Received]
    ? Matcher
    : Misuse<Otherwise>;

/** A matcher that cannot be called on a value; TypeScript shows the text in its error. */
interface Misuse<Text extends string> {
  readonly problem: Text;
}

/** A Kubernetes object, also one that is typed by `@kubernetes/client-node`. */
type AnyKubeObject = { kind?: string; metadata?: object };
type Rendering = PromiseLike<unknown> | ((...args: never[]) => unknown);

/** The matchers, for a received value of type `T`. */
export interface SeatrialMatchers<R, T> {
  /** The API server accepts every object of a dry run. */
  toBeAccepted: For<T, DryRunResult, () => R, "toBeAccepted needs a result of dryRunChart">;
  /** The API server allows a ServiceAccount a request. */
  toBeAllowed: For<T, Identity, (access: Access) => Promise<void>, "toBeAllowed needs the result of release.as">;
  /** One PodDisruptionBudget selects the Pods of a workload, or a Pod. */
  toBeCoveredByPdb: For<T, AnyKubeObject, (from: PodSource) => R, "toBeCoveredByPdb needs a Kubernetes object">;
  /** The same upgrade of a release again changes nothing that is stored. */
  toBeIdempotent: For<
    T,
    Release,
    (expected?: IdempotentExpectation) => Promise<void>,
    "toBeIdempotent needs a release of installChart"
  >;
  /** The API server rejects an object of a dry run, and one finding matches everything that is expected. */
  toBeRejected: For<
    T,
    DryRunResult,
    (expected?: RejectedExpectation) => R,
    "toBeRejected needs a result of dryRunChart"
  >;
  /** A rendered chart has a document with these fields. */
  toContainDocument: For<
    T,
    TemplateResult,
    (expected: DocumentExpectation) => R,
    "toContainDocument needs a result of templateChart"
  >;
  /** A quantity of Kubernetes is the same amount: `"1"` and `"1000m"`. */
  toEqualQuantity: For<T, string | number, (expected: string | number) => R, "toEqualQuantity needs a quantity">;
  /** A `templateChart` call fails because of the chart. */
  toFailTemplate: For<
    T,
    Rendering,
    (expected?: string | RegExp | TemplateFailureExpectation) => Promise<void>,
    "toFailTemplate needs the promise of templateChart, or a function"
  >;
  /** An object has a status condition; by default its status is `"True"`. */
  toHaveCondition: For<
    T,
    AnyKubeObject,
    (type: string, expected?: ConditionExpectation | "True" | "False" | "Unknown") => R,
    "toHaveCondition needs a Kubernetes object"
  >;
  /** A rendered chart has this number of documents, or at least one of a kind. */
  toHaveDocuments: For<
    T,
    TemplateResult,
    (expected: number | DocumentsExpectation) => R,
    "toHaveDocuments needs a result of templateChart"
  >;
  /** The objects of a release are those of its snapshot, whose name has the version of Kubernetes. */
  toMatchLiveSnapshot: For<
    T,
    Release,
    (options?: LiveSnapshotOptions) => Promise<void>,
    "toMatchLiveSnapshot needs a release of installChart"
  >;
  /** Everything that the objects of a rendered chart name is rendered, or is among the existing objects. */
  toReferenceExisting: For<
    T,
    TemplateResult,
    (expected?: ExistingObjects) => R,
    "toReferenceExisting needs a result of templateChart"
  >;
  /** A Service, PodDisruptionBudget, NetworkPolicy or workload selects a Pod, or the Pod template of a workload. */
  toSelectPods: For<T, AnyKubeObject, (from: PodSource) => R, "toSelectPods needs a Kubernetes object">;
  /** No object of an uninstalled release exists any more, apart from the allowed ones. */
  toHaveNothingLeft: For<
    T,
    Release,
    (expected?: NothingLeftExpectation) => Promise<void>,
    "toHaveNothingLeft needs a release of installChart"
  >;
  /** A previous version of a chart can be upgraded to the chart at this path. */
  toUpgradeFrom: For<
    T,
    string,
    (previous: PreviousVersion, options?: InstallOptions) => Promise<void>,
    "toUpgradeFrom needs the path of a chart"
  >;
}
