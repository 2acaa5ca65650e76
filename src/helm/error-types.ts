import type { JsonValue } from "../errors/seatrial-error.ts";
import type { HelmRelease } from "./types.ts";

/** The codes of {@link HelmError}: the step of Helm's work that failed. */
export type HelmErrorCode =
  | "request"
  | "load"
  | "values"
  | "schema"
  | "template"
  /** A template calls `fail`, or `required` without a value. */
  | "fail"
  /** The chart's `kubeVersion` excludes the version of the cluster. */
  | "kube-version"
  | "dependency"
  | "manifest"
  | "release-not-found"
  | "release-exists"
  | "cluster"
  | "hook"
  | "timeout"
  | "given-up"
  | "cancelled"
  | "internal";

/** One failure within a failed operation: an object and the API server's answer about it. */
export interface HelmFailure {
  message: string;
  object?: { apiVersion?: string; kind?: string; namespace?: string; name?: string };
  /** A `metav1.Status`. */
  status?: { [key: string]: JsonValue };
  /** The failed ends of a hook's containers, such as `container app exited with 3`. */
  ends?: string[];
  /** A CamelCase word for programs, where the message says more than `status`. */
  reason?: string;
  hint?: string;
}

/** The body of an error answer. */
export interface HelmErrorBody {
  code: HelmErrorCode;
  message: string;
  file?: string;
  line?: number;
  column?: number;
  failures?: HelmFailure[];
  release?: HelmRelease;
}
