import type { JsonValue } from "../errors/seatrial-error.ts";
import type { HelmRelease } from "./types.ts";

/** The codes of {@link HelmError}: where in Helm's work the fault was met. */
export type HelmErrorCode =
  | "request"
  | "load"
  | "values"
  | "schema"
  | "template"
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

/** One failure within a failed operation: an object and what the API server said of it. */
export interface HelmFailure {
  message: string;
  object?: { apiVersion?: string; kind?: string; namespace?: string; name?: string };
  /** A `metav1.Status`. */
  status?: { [key: string]: JsonValue };
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
