/** How long the engine may take until its control plane is ready, in milliseconds. */
export const START_TIMEOUT_MS = 60_000;
/** How long the engine may take to end by itself after its lifeline was closed, in milliseconds. */
export const STOP_GRACE_MS = 1_500;
/** How long an exiting process may take to remove the data of its killed engine, in milliseconds. */
export const EXIT_REMOVE_TIMEOUT_MS = 5_000;
/** How long a SIGTERM may take to work before SIGKILL follows, in milliseconds. */
export const STOP_TERM_GRACE_MS = 500;
/** How many lines of the engine's output an error message shows. */
export const ERROR_OUTPUT_LINES = 20;
/** How many findings an error message lists; all of them are in `details`. */
export const ERROR_FINDINGS_COUNT = 5;
/** The number of simulated nodes. */
export const DEFAULT_NODES = 3;
/** The `timeout` of Helm operations, as Helm writes it. */
export const HELM_TIMEOUT = "5m0s";
/** How long a namespace may take to disappear, in milliseconds. */
export const NAMESPACE_TIMEOUT_MS = 15_000;
/** How long a CustomResourceDefinition may take to be served, described in OpenAPI, or gone, in milliseconds. */
export const CRD_TIMEOUT_MS = 60_000;
/** How long a call whose connection broke waits to learn that the engine has ended, and why, in milliseconds. */
export const ENGINE_END_TIMEOUT_MS = 2_000;
