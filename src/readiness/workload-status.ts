import type { KubeObject } from "../kube/object-ref.ts";
import { conditionOf, current, failed, inProgress, type ObjectStatus } from "./object-status.ts";

interface Counts {
  replicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  updatedReplicas?: number;
  currentReplicas?: number;
  fullyLabeledReplicas?: number;
  currentRevision?: string;
  updateRevision?: string;
  desiredNumberScheduled?: number;
  currentNumberScheduled?: number;
  updatedNumberScheduled?: number;
  numberAvailable?: number;
  numberReady?: number;
}

interface WorkloadSpec {
  replicas?: number;
  paused?: boolean;
  progressDeadlineSeconds?: number;
  updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } };
}

// Go's MaxInt32: the Deployment controller sets no Progressing condition then.
const NO_PROGRESS_DEADLINE = 2 ** 31 - 1;

function read(object: KubeObject): { spec: WorkloadSpec; status: Counts; wanted: number } {
  const spec = (object.spec ?? {}) as WorkloadSpec;
  return { spec, status: (object.status ?? {}) as Counts, wanted: spec.replicas ?? 1 };
}

// The first number that is too small names the phase of the roll-out.
function firstBehind(checks: [name: string, have: number | undefined, wanted: number, what: string][]) {
  for (const [reason, have = 0, wanted, what] of checks) {
    if (have < wanted) return inProgress(reason, `${have} of ${wanted} replicas are ${what}`);
  }
  return undefined;
}

function extraPods(have: number | undefined, wanted: number): ObjectStatus | undefined {
  const extra = (have ?? 0) - wanted;
  return extra > 0 ? inProgress("ExtraPods", `${extra} replicas of the last roll-out are still there`) : undefined;
}

export function deploymentStatus(object: KubeObject): ObjectStatus {
  const { spec, status, wanted } = read(object);
  // Helm does not wait for a Deployment that is paused.
  if (spec.paused === true) return current;
  const progressing = conditionOf(object, "Progressing");
  if (progressing?.reason === "ProgressDeadlineExceeded") {
    return failed("ProgressDeadlineExceeded", progressing.message ?? "its progress deadline has passed");
  }
  const updated = status.updatedReplicas ?? 0;
  const behind =
    firstBehind([
      ["LessReplicas", status.replicas, wanted, "created"],
      ["LessUpdated", updated, wanted, "updated"],
    ]) ??
    extraPods(status.replicas, wanted) ??
    firstBehind([
      ["LessAvailable", status.availableReplicas, updated, "available"],
      ["LessReady", status.readyReplicas, wanted, "ready"],
    ]);
  if (behind !== undefined) return behind;
  const hasDeadline = (spec.progressDeadlineSeconds ?? NO_PROGRESS_DEADLINE) !== NO_PROGRESS_DEADLINE;
  if (hasDeadline && !(progressing?.status === "True" && progressing.reason === "NewReplicaSetAvailable")) {
    return inProgress("ReplicaSetNotAvailable", "its new ReplicaSet is not available yet");
  }
  return conditionOf(object, "Available")?.status === "True"
    ? current
    : inProgress("DeploymentNotAvailable", "it is not available yet");
}

export function replicaSetStatus(object: KubeObject): ObjectStatus {
  const { status, wanted } = read(object);
  const failure = conditionOf(object, "ReplicaFailure");
  if (failure?.status === "True") return inProgress("ReplicaFailure", failure.message ?? "its pods cannot be created");
  return (
    firstBehind([
      ["LessLabelled", status.fullyLabeledReplicas, wanted, "created"],
      ["LessAvailable", status.availableReplicas, wanted, "available"],
      ["LessReady", status.readyReplicas, wanted, "ready"],
    ]) ??
    extraPods(status.replicas, wanted) ??
    current
  );
}

export function statefulSetStatus(object: KubeObject): ObjectStatus {
  const { spec, status, wanted } = read(object);
  if (spec.updateStrategy?.type === "OnDelete") return current;
  const behind =
    firstBehind([
      ["LessReplicas", status.replicas, wanted, "created"],
      ["LessReady", status.readyReplicas, wanted, "ready"],
    ]) ?? extraPods(status.replicas, wanted);
  if (behind !== undefined) return behind;
  const partition = spec.updateStrategy?.rollingUpdate?.partition;
  if (partition !== undefined) {
    return firstBehind([["PartitionRollout", status.updatedReplicas, wanted - partition, "updated"]]) ?? current;
  }
  const older = firstBehind([["LessCurrent", status.currentReplicas, wanted, "of the current revision"]]);
  if (older !== undefined) return older;
  return status.currentRevision === status.updateRevision
    ? current
    : inProgress("RevisionMismatch", "its pods are not of the updated revision yet");
}

export function daemonSetStatus(object: KubeObject): ObjectStatus {
  const { status } = read(object);
  const wanted = status.desiredNumberScheduled;
  const { observedGeneration } = (object.status ?? {}) as { observedGeneration?: number };
  if (wanted === undefined || observedGeneration === undefined) {
    return inProgress("NoDesiredNumber", "its controller has not seen it yet");
  }
  return (
    firstBehind([
      ["LessCurrent", status.currentNumberScheduled, wanted, "scheduled"],
      ["LessUpdated", status.updatedNumberScheduled, wanted, "updated"],
      ["LessAvailable", status.numberAvailable, wanted, "available"],
      ["LessReady", status.numberReady, wanted, "ready"],
    ]) ?? current
  );
}
