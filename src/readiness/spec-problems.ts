import type { KubeObject } from "../kube/object-ref.ts";
import type { Problem } from "./problem.ts";

/** How an object is waited for. */
export interface SpecContext {
  /** Whether it must run to its end, as hooks must. */
  mustComplete: boolean;
  /** How long the whole wait may take, in milliseconds. @default unlimited */
  timeoutMs?: number | undefined;
  /** Whether it may also keep running. @default false */
  mayRunOn?: boolean | undefined;
}

interface Spec {
  restartPolicy?: string;
  containers?: { restartPolicy?: string }[];
  suspend?: boolean;
  parallelism?: number;
  managedBy?: string;
  minReadySeconds?: number;
  replicas?: number;
  podManagementPolicy?: string;
}

const JOB_CONTROLLER = "kubernetes.io/job-controller";

/** What an object's own spec says against its readiness in time. */
export function specProblems(object: KubeObject, context: SpecContext): Problem[] {
  const spec = (object.spec ?? {}) as Spec;
  const found = [
    object.kind === "Pod" && context.mustComplete ? endlessPod(object, spec) : undefined,
    object.kind === "Job" ? waitingJob(spec) : undefined,
    lateReplicas(object, spec, context),
  ];
  return found.filter((problem) => problem !== undefined);
}

// Only an end by `activeDeadlineSeconds` ends it, and that is a failure.
function endlessPod(object: KubeObject, { restartPolicy = "Always", containers = [] }: Spec): Problem | undefined {
  const { phase } = (object.status ?? {}) as { phase?: string };
  if (phase === "Failed" || !containers.some((container) => (container.restartPolicy ?? restartPolicy) === "Always"))
    return undefined;
  return {
    reason: "RestartPolicyAlways",
    message: "its restartPolicy is Always, so its containers are restarted after every end and it never completes",
    isTerminal: true,
    hint: "set spec.restartPolicy to Never",
  };
}

function waitingJob({ suspend, parallelism, managedBy = JOB_CONTROLLER }: Spec): Problem | undefined {
  const why =
    suspend === true
      ? "its spec.suspend is true, and it runs only after something sets that to false"
      : parallelism === 0
        ? "its spec.parallelism is 0, and no Pod of it runs before something raises that"
        : undefined;
  if (why !== undefined) {
    return {
      reason: "JobSuspended",
      message: why,
      isTerminal: true,
      isOfCluster: true,
      hint: "to check it, add a values file to ci/ with which the chart does not suspend it",
    };
  }
  if (managedBy === JOB_CONTROLLER) return undefined;
  return {
    reason: "JobManagedByOther",
    message: `its spec.managedBy is ${managedBy}, and that controller does not run here`,
    isTerminal: false,
    needsOthers: true,
    isOfCluster: true,
    hint: "to check it, add a values file to ci/ that leaves out spec.managedBy",
  };
}

// The Pods of a StatefulSet follow each other unless its policy is Parallel.
function lateReplicas(object: KubeObject, spec: Spec, { timeoutMs = Infinity }: SpecContext): Problem | undefined {
  const { minReadySeconds = 0, replicas = 1, podManagementPolicy = "OrderedReady" } = spec;
  const { observedGeneration } = (object.status ?? {}) as { observedGeneration?: number };
  const isOneByOne = object.kind === "StatefulSet" && podManagementPolicy === "OrderedReady";
  const isFirst = (observedGeneration ?? 1) === 1;
  const seconds = minReadySeconds * (isOneByOne && isFirst ? replicas : 1);
  if (seconds * 1000 < timeoutMs) return undefined;
  const times = seconds === minReadySeconds ? "" : ` for each of ${replicas} Pods, one after the other,`;
  return {
    reason: "MinReadySecondsExceedTimeout",
    message: `its minReadySeconds of ${minReadySeconds} s${times} exceed the timeout of ${Math.round(timeoutMs / 1000)} s`,
    isTerminal: true,
    isOfCluster: true,
    hint: `allow more time: --timeout ${seconds + 30}s, or the option timeout`,
  };
}
