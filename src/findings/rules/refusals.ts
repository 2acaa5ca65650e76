import { refusal } from "./finding-rule.ts";

/** Errors that prevent a rendering, an installation, an upgrade or an uninstall. Kubernetes has further reasons of Pods. */
export const refusals = [
  // Helm's error codes.
  ...(["load", "values", "schema", "template", "dependency", "manifest", "hook", "timeout"] as const).map(refusal),
  // The API server's answers.
  ...(["Invalid", "BadRequest", "Forbidden", "NotFound", "AlreadyExists", "Conflict"] as const).map(refusal),
  // Objects that did not become ready.
  ...(["NotReady", "ReadinessGatesNotReady", "NodeNotReady", "NotScheduled", "FailedCreate"] as const).map(refusal),
  ...(
    ["RestartPolicyAlways", "NeverEnds", "JobSuspended", "JobManagedByOther", "MinReadySecondsExceedTimeout"] as const
  ).map(refusal),
  ...(["PodFailed", "JobFailed", "NamesNotAccepted", "NotEstablished"] as const).map(refusal),
  // Helm's own operations.
  ...(["ReleaseRecordTooLarge", "Leftover", "NoTests"] as const).map(refusal),
  // What a seatrial.yaml expects.
  refusal("FailureMissing"),
];
