import type { KubeNode } from "../kube/node.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { parseQuantity } from "../kube/quantity.ts";
import { nodeNeeds } from "./node-needs.ts";
import { conditionOf } from "./object-status.ts";
import { CLAIM_IN_USE, conflictHint, PORT_IN_USE, sharesClaim } from "./pod-conflicts.ts";
import { hostPortsOf, podSpecOf, requestOf, selects } from "./pod-spec.ts";
import type { Problem } from "./problem.ts";

interface PodResourceClaim {
  name: string;
  resourceClaimName?: string;
  resourceClaimTemplateName?: string;
}

/** What decides whether a Pod that is not scheduled ever will be. */
export interface Scheduling {
  nodes: readonly KubeNode[];
  /** Pods on nodes that stay there: they are of the same release, and run until it is uninstalled. */
  staying: readonly KubeObject[];
}

// The scheduler's reasons that only a change of the nodes or the volumes resolves
// (k8s.io/kubernetes/pkg/scheduler/framework/plugins). They have no type.
const lasting =
  /didn't match Pod's node affinity\/selector|didn't satisfy plugin(?:\(s\))? \[?NodeAffinity|didn't match the requested node name|missing required label|didn't find available persistent volumes to bind|did not have enough free storage|no available volume zone|bound to non-existent|didn't match PersistentVolume's node affinity|cannot allocate all claims/;
const NO_NODES = "no nodes available";
const TEMPORARY_TAINT = /^node\.(?:cloudprovider\.)?kubernetes\.io\//;
const DEFAULT_SCHEDULER = "default-scheduler";

/** Why a Pod is not scheduled; `undefined` when it is, or when the scheduler has not tried yet. */
export function schedulingProblem(pod: KubeObject, scheduling: Scheduling): Problem | undefined {
  const { nodeName = "", schedulerName = DEFAULT_SCHEDULER } = podSpecOf(pod);
  const scheduled = conditionOf(pod, "PodScheduled");
  if (scheduled?.status !== "False") {
    if (nodeName !== "" || scheduled?.status === "True") return undefined;
    if (schedulerName === DEFAULT_SCHEDULER) return resourceClaimProblem(pod);
    const message = `it waits for the scheduler ${schedulerName}, which does not run here`;
    return { ...outside("OtherScheduler", message), hint: "to check it, use values that leave out spec.schedulerName" };
  }
  const { reason = "NotScheduled" } = scheduled;
  const message = withoutPreemptionError(scheduled.message ?? reason);
  if (reason === "SchedulingGated") {
    const { schedulingGates = [] } = (pod.spec ?? {}) as { schedulingGates?: { name: string }[] };
    const names = schedulingGates.map(({ name }) => name).join(", ");
    const hint = "to check it, use values that leave out spec.schedulingGates";
    return { ...outside(reason, `nothing here removes its scheduling gates ${names}`), hint };
  }
  const problem = { reason, message: `it is not scheduled: ${message}`, isTerminal: false };
  const claim = message.match(/persistentvolumeclaim "([^"]+)" not found/)?.[1];
  if (claim !== undefined) return { ...problem, missing: { kind: "PersistentVolumeClaim", name: claim } };
  const deviceClass = message.match(/device class (\S+) does not exist/)?.[1];
  if (deviceClass !== undefined) return { ...problem, missing: { kind: "DeviceClass", name: deviceClass } };
  if (message.includes("didn't match pod affinity rules")) {
    const hint =
      "no Pod has the labels of its podAffinity: pass one with --given, or use values that leave the affinity out";
    return { ...problem, needsOthers: true, isOfCluster: true, hint };
  }
  const isTerminal = reason === "Unschedulable" && isLasting(pod, message, scheduling);
  if (!isTerminal) return { ...problem, isOfCluster: true };
  const conflict = conflictHint(pod, message, scheduling.staying);
  if (conflict !== undefined) return { ...problem, isTerminal, hint: conflict };
  const hint = `pass ${nodeNeeds(pod, scheduling.nodes)}: check --given <file>, \`given\` in ci/seatrial.yaml, or the option simulation.nodes of a control plane`;
  return { ...problem, isTerminal, isOfCluster: true, hint };
}

// The scheduler does not try a Pod before the claims that it names exist, and says nothing of it.
function resourceClaimProblem(pod: KubeObject): Problem | undefined {
  const { resourceClaims = [] } = (pod.spec ?? {}) as { resourceClaims?: PodResourceClaim[] };
  const { resourceClaimStatuses = [] } = (pod.status ?? {}) as { resourceClaimStatuses?: { name: string }[] };
  for (const { name, resourceClaimName, resourceClaimTemplateName } of resourceClaims) {
    const kind = resourceClaimName === undefined ? "ResourceClaimTemplate" : "ResourceClaim";
    const wanted = resourceClaimName ?? resourceClaimTemplateName;
    if (wanted === undefined || resourceClaimStatuses.some((status) => status.name === name)) continue;
    const message = `it is not scheduled before its ${kind} "${wanted}" exists`;
    return { reason: "NotScheduled", message, isTerminal: false, missing: { kind, name: wanted } };
  }
  return undefined;
}

/** A scheduler's message without what it adds for a Pod for which it could not try a preemption: "not found". */
export function withoutPreemptionError(message: string): string {
  return message.replace(/\. not found\.?$/, "");
}

function outside(reason: string, message: string): Problem {
  return { reason, message, isTerminal: false, needsOthers: true, isOfCluster: true };
}

function isLasting(pod: KubeObject, message: string, scheduling: Scheduling): boolean {
  const { nominatedNodeName = "" } = (pod.status ?? {}) as { nominatedNodeName?: string };
  // Preemption makes room for it.
  if (nominatedNodeName !== "") return false;
  if (message.includes(NO_NODES)) return scheduling.nodes.length === 0;
  const reasons = message.match(/nodes are available: (.*?)\.?(?:\s*(?:preemption:|no new claims).*)?$/s)?.[1];
  if (reasons === undefined) return false;
  return reasons.split(", ").every((text) => {
    const count = Number(text.match(/^\d+ /)?.[0] ?? scheduling.nodes.length);
    return isLastingReason(pod, text, count, scheduling);
  });
}

function isLastingReason(pod: KubeObject, text: string, count: number, scheduling: Scheduling): boolean {
  if (lasting.test(text)) return true;
  if (text.includes("untolerated taint")) return !scheduling.nodes.some(hasTemporaryTaint);
  const resource = text.match(/Insufficient (\S+)/)?.[1];
  const isBlocked = resource === undefined ? blockerOf(pod, text, scheduling) : isTooSmall(pod, resource, scheduling);
  return isBlocked !== undefined && scheduling.nodes.filter(isBlocked).length >= count;
}

function hasTemporaryTaint({ spec }: KubeNode): boolean {
  return (spec?.taints ?? []).some(({ key }) => TEMPORARY_TAINT.test(key));
}

// Whether the node, with only the Pods that stay on it, has too little of a resource.
function isTooSmall(pod: KubeObject, resource: string, { staying }: Scheduling) {
  const wanted = requestOf(pod, resource);
  return (node: KubeNode) => {
    const used = staying.filter(isOn(node)).reduce((sum, other) => sum + requestOf(other, resource), 0);
    return parseQuantity(node.status?.allocatable?.[resource] ?? 0) - used < wanted;
  };
}

// Whether the Pods that stay are the reason why the node is not available.
function blockerOf(pod: KubeObject, text: string, scheduling: Scheduling): ((node: KubeNode) => boolean) | undefined {
  if (text.includes(CLAIM_IN_USE)) {
    const isShared = scheduling.staying.some(sharesClaim(pod));
    return () => isShared;
  }
  if (text.includes(PORT_IN_USE)) {
    const wanted = hostPortsOf(pod);
    const blocks = (other: KubeObject) => hostPortsOf(other).some((port) => wanted.includes(port));
    return (node) => scheduling.staying.filter(isOn(node)).some(blocks);
  }
  if (!text.includes("didn't match pod anti-affinity rules")) return undefined;
  const terms = podSpecOf(pod).affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return (node) =>
    terms.some(({ labelSelector, topologyKey }) => {
      const domain = node.metadata.labels?.[topologyKey];
      const neighbours = scheduling.nodes.filter(({ metadata }) => metadata.labels?.[topologyKey] === domain);
      return scheduling.staying.some(
        (other) =>
          other.metadata.namespace === pod.metadata.namespace &&
          selects(labelSelector, other.metadata.labels) &&
          neighbours.some((neighbour) => isOn(neighbour)(other)),
      );
    });
}

function isOn({ metadata }: KubeNode): (pod: KubeObject) => boolean {
  return (pod) => podSpecOf(pod).nodeName === metadata.name;
}
