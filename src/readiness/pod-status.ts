import type { KubeObject } from "../kube/object-ref.ts";
import { conditionOf, current, failed, inProgress, type ObjectStatus } from "./object-status.ts";

/** How far a Pod is. One that runs to its end is ready while it runs, unless it is `mustComplete`. */
export function podStatus(object: KubeObject, mustComplete: boolean): ObjectStatus {
  const { phase, reason, message } = (object.status ?? {}) as { phase?: string; reason?: string; message?: string };
  if (phase === "Succeeded") return current;
  if (phase === "Failed") return failed(reason ?? "PodFailed", message ?? "it has failed");
  if (phase === "Running") {
    if (mustComplete) return inProgress("PodRunning", "it still runs");
    if (conditionOf(object, "Ready")?.status === "True") return current;
    return inProgress("PodRunningNotReady", "it runs and is not ready");
  }
  return inProgress(phase === undefined ? "PodNotObserved" : "PodPending", "it is pending");
}

/** How far a Job is. One that was started is ready, unless it is `mustComplete`. */
export function jobStatus(object: KubeObject, mustComplete: boolean): ObjectStatus {
  const failure = conditionOf(object, "Failed") ?? conditionOf(object, "FailureTarget");
  if (failure?.status === "True") return failed(failure.reason ?? "JobFailed", failure.message ?? "it has failed");
  if (conditionOf(object, "Complete")?.status === "True") return current;
  const { startTime, succeeded = 0 } = (object.status ?? {}) as { startTime?: string; succeeded?: number };
  const { parallelism = 1, completions = parallelism, suspend } = (object.spec ?? {}) as Record<string, never>;
  if (suspend === true) return inProgress("JobSuspended", "it is suspended");
  if (startTime === undefined) return inProgress("JobNotStarted", "it was not started yet");
  return mustComplete ? inProgress("JobNotComplete", `${succeeded} of ${completions} completions are done`) : current;
}
