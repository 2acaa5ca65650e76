/**
 * Every error code, in two sets: faults that users can fix in their own files or command, and failures around them.
 * Each has a heading in docs/errors.md.
 */
export const userErrorCodes = [
  /** A command line or option object that seatrial does not understand. */
  "SEATRIAL_USAGE",
  /** A path that is not a chart, or a Chart.yaml that cannot be read. */
  "SEATRIAL_CHART_LOAD",
  /** No chart was found at a given path. */
  "SEATRIAL_NO_CHARTS",
  /** A values file that does not exist or is not a YAML mapping. */
  "SEATRIAL_VALUES",
  /** Values that the chart's values.schema.json refuses. */
  "SEATRIAL_SCHEMA",
  /** A template that fails to render. */
  "SEATRIAL_TEMPLATE",
  /** A rendered manifest that is not valid Kubernetes YAML. */
  "SEATRIAL_MANIFEST",
  /** A dependency in Chart.yaml that is missing or out of date. */
  "SEATRIAL_DEPENDENCY",
  /** The API server refused an object of the chart. */
  "SEATRIAL_REJECTED",
  /** Objects of a release did not become ready, for a reason that is known. */
  "SEATRIAL_NOT_READY",
  /** A hook of the chart failed. */
  "SEATRIAL_HOOK",
  /** The release does not exist, exists already, or is locked by another operation. */
  "SEATRIAL_RELEASE",
  /** `get` matched no object, or several objects. */
  "SEATRIAL_OBJECT_SELECTION",
  /** The provider of the control plane cannot do what was asked for. */
  "SEATRIAL_UNSUPPORTED",
  /** A helper was called with no control plane to talk to. */
  "SEATRIAL_NO_CONTROL_PLANE",
] as const;

export const systemErrorCodes = [
  /** No engine was found and none could be built. */
  "SEATRIAL_ENGINE_NOT_FOUND",
  /** The package with the engine is damaged, or of another version or system. */
  "SEATRIAL_ENGINE_PACKAGE",
  /** The engine cannot be built here: there is no `go` on PATH. */
  "SEATRIAL_ENGINE_GO_MISSING",
  /** The engine cannot be built here: `go` is older than the engine's go.mod asks for. */
  "SEATRIAL_ENGINE_GO_TOO_OLD",
  /** The engine's Go modules could not be downloaded. */
  "SEATRIAL_ENGINE_DOWNLOAD",
  /** No space is left for building the engine. */
  "SEATRIAL_ENGINE_NO_SPACE",
  /** Building the engine from its Go sources failed. */
  "SEATRIAL_ENGINE_BUILD",
  /** The engine's file cannot be executed. */
  "SEATRIAL_ENGINE_NOT_EXECUTABLE",
  /** The engine speaks another protocol version. */
  "SEATRIAL_ENGINE_PROTOCOL",
  /** A provider could not start its control plane, or not reach it. */
  "SEATRIAL_PROVIDER",
  /** A node with real containers could not be started, or has ended. */
  "SEATRIAL_REAL_NODE",
  /** The engine exited before or while it was needed. */
  "SEATRIAL_ENGINE_EXITED",
  /** A directory that seatrial writes to is full, read-only, missing or owned by another user. */
  "SEATRIAL_DISK",
  /** A chart needs what seatrial was not given or does not have, such as a value or a node, or an object waits on purpose. */
  "SEATRIAL_NOT_CHECKED",
  /** A wait ran out of time. */
  "SEATRIAL_TIMEOUT",
  /** The API server could not be reached, or failed itself. */
  "SEATRIAL_API",
  /** The engine could not be reached, or failed. */
  "SEATRIAL_ENGINE_SERVICE",
  /** A namespace could not be removed completely. */
  "SEATRIAL_NAMESPACE_STUCK",
  /** The work was cancelled by the caller. */
  "SEATRIAL_CANCELLED",
] as const;

export type UserErrorCode = (typeof userErrorCodes)[number];
export type SystemErrorCode = (typeof systemErrorCodes)[number];
export type ErrorCode = UserErrorCode | SystemErrorCode;
