import type { KubeObject } from "../kube/object-ref.ts";
import { conditionOf } from "./object-status.ts";
import type { Problem } from "./problem.ts";
import type { ObjectEvent } from "./snapshot.ts";

interface ContainerStatus {
  name: string;
  image?: string;
  containerID?: string;
  ready?: boolean;
  restartCount?: number;
  state?: ContainerState;
  lastState?: ContainerState;
}

interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: object;
  terminated?: { exitCode?: number; reason?: string; message?: string; signal?: number };
}

interface PodRestarts {
  restartPolicy?: string;
  initContainers?: { name: string; restartPolicy?: string }[];
  containers?: { name: string; restartPolicy?: string }[];
}

// An event or another container has a more specific reason than these.
const unspecific = new Set(["ContainerCreating", "PodInitializing"]);
// Every further attempt of the kubelet has the same result.
const terminalWaits = new Set(["InvalidImageName"]);
const CONFIG_ERROR = "CreateContainerConfigError";
const CRASH_LOOP = "CrashLoopBackOff";
const pullFailures = new Set(["ErrImagePull", "ImagePullBackOff"]);
// A simulated container ends by its rule, its command or its image: the next run has the same end.
const SIMULATED_ID = "simulated://";

// A kubelet names the Pod in its messages, which would make equal problems of several Pods differ.
const ownName = / pod=\S+\)|(?<=\()pod: "[^"]*", /;

/** Why a Pod is not ready; empty when nothing is wrong with it. `warnings` are its events, oldest first. */
export function podProblems(pod: KubeObject, warnings: readonly ObjectEvent[]): Problem[] {
  const status = (pod.status ?? {}) as {
    phase?: string;
    reason?: string;
    message?: string;
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
  if (status.phase === "Succeeded") return [];
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  // Something else than its own program ends the containers of a Pod that is deleted, evicted or out of time.
  const isUndisturbed = pod.metadata.deletionTimestamp === undefined && status.reason === undefined;
  const found = containers.flatMap((container) => {
    const problem = containerProblem(container, warnings);
    if (problem === undefined) return [];
    const isTerminal = isUndisturbed && isForGood(container, warnings, restartPolicyOf(pod, container.name));
    return [isTerminal ? { ...problem, isTerminal } : problem];
  });
  if (status.phase === "Failed") return failedPod(status, found, warnings);
  if (found.length > 0) return found;
  // An event about a container is newer than the status when the status does not say the same.
  const last = warnings.findLast(({ fieldPath }) => fieldPath === "");
  if (status.phase === "Pending" && last !== undefined) {
    const { reason, message, missingReference: missing, isPermanent: isTerminal = false, awaitedSigner } = last;
    const problem = { reason, message, isTerminal, missing };
    return [awaitedSigner === undefined ? problem : { ...problem, ...ofSigner(awaitedSigner) }];
  }
  return gateProblems(pod);
}

// A spec can be the signer. In a check nobody is: a chart's own signer is a program.
function ofSigner(name: string): Pick<Problem, "needsOthers" | "isOfCluster" | "hint"> {
  const hint =
    `no signer ${name} runs here: add a values file to ci/ that leaves out the volume, ` +
    "or run the signer in a spec";
  return { needsOthers: true, isOfCluster: true, hint };
}

function failedPod(
  status: { reason?: string; message?: string },
  found: Problem[],
  warnings: readonly ObjectEvent[],
): Problem[] {
  if (status.reason === undefined && found.length > 0) return found;
  const reason = status.reason ?? "PodFailed";
  // Its owner decides whether the failure is final: a Job tries again.
  const isTerminal = warnings.some((event) => event.reason === reason && event.isPermanent === true);
  return [{ reason, message: status.message ?? "it has failed", isTerminal }];
}

function containerProblem(container: ContainerStatus, warnings: readonly ObjectEvent[]): Problem | undefined {
  const { name, state = {}, lastState = {}, ready = false, restartCount = 0 } = container;
  const { waiting, terminated, running } = state;
  if (waiting !== undefined && waiting.reason !== undefined && !unspecific.has(waiting.reason)) {
    const parts = [waiting.message?.replace(ownName, ""), exitText(lastState.terminated), restartText(restartCount)];
    const detail = parts.filter((part) => part !== undefined && part !== "").join(", ");
    const message = `container ${name}: ${waiting.reason}${detail === "" ? "" : `: ${detail}`}`;
    const problem = { reason: waiting.reason, message, isTerminal: terminalWaits.has(waiting.reason) };
    if (waiting.reason === CONFIG_ERROR) {
      const { missingReference: missing, isPermanent: isTerminal = false } = lastOf(warnings, "Failed", name) ?? {};
      return { ...problem, isTerminal, missing };
    }
    // Replicas alternate between the two reasons of a failed pull.
    if (pullFailures.has(waiting.reason))
      return { ...problem, key: `container ${name}: image ${container.image ?? ""}` };
    if (waiting.reason !== CRASH_LOOP) return problem;
    // Replicas crash at different times: their pauses and restart counts differ.
    const isTerminal = lastOf(warnings, "BackOff", name)?.isPermanent === true;
    return { ...problem, isTerminal, key: endKey(container) };
  }
  if (terminated !== undefined && terminated.exitCode !== 0) {
    const reason = terminated.reason ?? "Error";
    return { reason, message: `container ${name} ${exitText(terminated)}`, isTerminal: false, key: endKey(container) };
  }
  if (running === undefined || ready) return undefined;
  const probe = lastOf(warnings, "Unhealthy", name);
  const why = probe === undefined ? "" : `: ${probe.message}`;
  const isTerminal = probe?.isPermanent === true;
  return { reason: "NotReady", message: `container ${name} runs and is not ready${why}`, isTerminal };
}

// A container that restarts has just ended, or waits for its restart.
function endKey({ name, state, lastState }: ContainerStatus): string {
  return `container ${name}: ended: ${exitText(state?.terminated ?? lastState?.terminated) ?? ""}`;
}

// Whether the simulation gives a container that is not ready the same end, or the same state, again and again.
function isForGood(
  { name, state = {}, lastState = {}, containerID = "" }: ContainerStatus,
  warnings: readonly ObjectEvent[],
  restartPolicy: string,
) {
  const isPermanent = warnings.some((event) => event.isPermanent === true && event.fieldPath.endsWith(`{${name}}`));
  if (state.running !== undefined) return isPermanent;
  if (pullFailures.has(state.waiting?.reason ?? "")) return isPermanent;
  // A container that restarts is ended only for a moment: its crash loop is what lasts.
  const isCrashLooping = state.waiting?.reason === CRASH_LOOP && lastState.terminated !== undefined;
  const isEnded = state.terminated !== undefined && restartPolicy === "Never";
  return (isCrashLooping || isEnded) && containerID.startsWith(SIMULATED_ID);
}

function restartPolicyOf(pod: KubeObject, container: string): string {
  const { restartPolicy = "Always", initContainers = [], containers = [] } = (pod.spec ?? {}) as PodRestarts;
  return [...initContainers, ...containers].find(({ name }) => name === container)?.restartPolicy ?? restartPolicy;
}

// An event names the container by its path in the Pod, such as spec.containers{app}.
function lastOf(warnings: readonly ObjectEvent[], reason: string, container: string): ObjectEvent | undefined {
  return warnings.findLast((event) => event.reason === reason && event.fieldPath.endsWith(`{${container}}`));
}

function exitText(end: ContainerState["terminated"]): string | undefined {
  if (end === undefined) return undefined;
  const reason = end.reason === undefined || end.reason === "Error" ? "" : ` (${end.reason})`;
  const message = end.message === undefined || end.message === "" ? "" : `: ${end.message.trim()}`;
  return `exited with ${end.exitCode ?? "an unknown code"}${reason}${message}`;
}

function restartText(count: number): string | undefined {
  if (count === 0) return undefined;
  return count === 1 ? "restarted once" : `restarted ${count} times`;
}

function gateProblems(pod: KubeObject): Problem[] {
  const { readinessGates = [] } = (pod.spec ?? {}) as { readinessGates?: { conditionType: string }[] };
  const open = readinessGates.filter(({ conditionType }) => conditionOf(pod, conditionType)?.status !== "True");
  if (open.length === 0) return [];
  const names = open.map(({ conditionType }) => conditionType).join(", ");
  return [
    {
      reason: "ReadinessGatesNotReady",
      message: `nobody has set its readiness gates ${names}`,
      isTerminal: false,
      needsOthers: true,
      isOfCluster: true,
      hint: "pass a Stage that sets the condition: --stages, or the option stages",
    },
  ];
}
