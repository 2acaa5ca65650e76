import { groupOf, type KubeObject } from "../kube/object-ref.ts";
import { conditionOf, conditionsOf, current, failed, inProgress, type ObjectStatus } from "./object-status.ts";
import { jobStatus, podStatus } from "./pod-status.ts";
import { daemonSetStatus, deploymentStatus, replicaSetStatus, statefulSetStatus } from "./workload-status.ts";

export interface ComputeOptions {
  /** Whether Jobs and Pods must have run to their end, as those of hooks must. @default false */
  mustComplete?: boolean | undefined;
}

/**
 * How far an object is, by the rules of kstatus, which Helm's own wait uses
 * (github.com/fluxcd/cli-utils/pkg/kstatus/status: core.go, generic.go), and Helm's two exceptions: a paused Deployment
 * is ready, Jobs and Pods of hooks must complete.
 */
export function computeStatus(object: KubeObject, { mustComplete = false }: ComputeOptions = {}): ObjectStatus {
  return genericStatus(object) ?? kindStatus(object, mustComplete) ?? readyCondition(object) ?? current;
}

function genericStatus(object: KubeObject): ObjectStatus | undefined {
  const { deletionTimestamp, generation, finalizers = [] } = object.metadata;
  if (deletionTimestamp !== undefined) {
    const waitsFor = finalizers.length === 0 ? "" : `, its finalizers are ${finalizers.join(", ")}`;
    return { status: "Terminating", message: `it is being deleted${waitsFor}` };
  }
  const { observedGeneration } = (object.status ?? {}) as { observedGeneration?: number };
  if (generation !== undefined && observedGeneration !== undefined && observedGeneration !== generation) {
    return inProgress("LatestGenerationNotObserved", "its controller has not seen its last change yet");
  }
  for (const { type, status, reason, message } of conditionsOf(object)) {
    if (status !== "True") continue;
    if (type === "Reconciling") return inProgress(reason ?? type, message ?? "it is being reconciled");
    if (type === "Stalled") return failed(reason ?? type, message ?? "its controller makes no progress");
  }
  return undefined;
}

function kindStatus(object: KubeObject, mustComplete: boolean): ObjectStatus | undefined {
  switch (`${groupOf(object.apiVersion)}/${object.kind}`) {
    case "/Pod":
      return podStatus(object, mustComplete);
    case "batch/Job":
      return jobStatus(object, mustComplete);
    case "apps/Deployment":
      return deploymentStatus(object);
    case "apps/ReplicaSet":
      return replicaSetStatus(object);
    case "apps/StatefulSet":
      return statefulSetStatus(object);
    case "apps/DaemonSet":
      return daemonSetStatus(object);
    case "/PersistentVolumeClaim":
      return claimStatus(object);
    case "apiextensions.k8s.io/CustomResourceDefinition":
      return crdStatus(object);
    case "/Service":
    case "/Secret":
    case "/ConfigMap":
    case "batch/CronJob":
    case "policy/PodDisruptionBudget":
      return current;
    default:
      return undefined;
  }
}

function claimStatus(object: KubeObject): ObjectStatus {
  const { phase = "unknown" } = (object.status ?? {}) as { phase?: string };
  return phase === "Bound" ? current : inProgress("NotBound", `it is not bound, its phase is ${phase}`);
}

function crdStatus(object: KubeObject): ObjectStatus {
  const names = conditionOf(object, "NamesAccepted");
  if (names?.status === "False") return failed(names.reason ?? "NamesNotAccepted", names.message ?? "");
  const established = conditionOf(object, "Established");
  if (established?.status === "True") return current;
  if (established?.status === "False" && established.reason !== "Installing") {
    return failed(established.reason ?? "NotEstablished", established.message ?? "");
  }
  return inProgress("Installing", "it is not served yet");
}

function readyCondition(object: KubeObject): ObjectStatus | undefined {
  const ready = conditionOf(object, "Ready");
  if (ready === undefined) return undefined;
  return ready.status === "True"
    ? current
    : inProgress(ready.reason ?? "NotReady", ready.message ?? `its condition Ready is ${ready.status}`);
}
