import { nodeProblem } from "../kube/node.ts";
import type { KubeObject, ObjectRef } from "../kube/object-ref.ts";
import { type ComputeOptions, computeStatus } from "./compute-status.ts";
import { conditionOf, type ObjectStatus } from "./object-status.ts";
import { type Problem, podProblems } from "./pod-problems.ts";
import { descendantsOf, type ObjectEvent, type Snapshot, usesClaim, warningsOf } from "./snapshot.ts";

/** An object that is not ready, and why. */
export interface NotReady {
  ref: ObjectRef;
  status: ObjectStatus;
  /** The problems, each with the number of objects that have it, the most frequent first. */
  causes: (Problem & { kind: string; count: number })[];
  /** The objects that controllers created for it, with their states, and the last events: one line each. */
  notes: string[];
  /** Whether waiting longer is pointless. */
  isTerminal: boolean;
}

// The volume controller's event for a claim that no Pod uses, of a class that binds only for a Pod.
const UNUSED_CLAIM = "WaitForFirstConsumer";
const MAX_NOTES_COUNT = 6;
const MAX_EVENTS_COUNT = 4;

// Rejections of a Pod that every further attempt will meet too. "status unknown for quota" and a ServiceAccount that
// does not exist yet are temporary.
const permanentRefusal = /exceeded quota|violates PodSecurity|denied the request|is invalid:|must specify/;

/** The objects of a snapshot that are not ready. `mustComplete` selects the objects that must also complete. */
export function diagnose(
  snapshot: Snapshot,
  mustComplete: (ref: ObjectRef) => ComputeOptions["mustComplete"] = () => false,
): NotReady[] {
  return snapshot.roots.flatMap(({ ref, object }) => {
    if (object === undefined) return [notFound(ref)];
    const status = computeStatus(object, { mustComplete: mustComplete(ref) });
    return status.status === "Current" ? [] : [describe(snapshot, ref, object, status)];
  });
}

/** Whether the only causes are Secrets, ConfigMaps or keys of them that do not exist. */
export function lacksReference({ causes }: NotReady): boolean {
  return causes.length > 0 && causes.every(({ missingReference }) => missingReference !== undefined);
}

/** Whether the object is a claim that waits for a Pod, and no Pod uses it. */
export function isUnusedClaim({ causes }: NotReady): boolean {
  return causes.some(({ reason }) => reason === UNUSED_CLAIM);
}

function notFound(ref: ObjectRef): NotReady {
  const status: ObjectStatus = { status: "NotFound", reason: "NotFound", message: "it does not exist" };
  return { ref, status, causes: [], notes: [], isTerminal: false };
}

function describe(snapshot: Snapshot, ref: ObjectRef, object: KubeObject, status: ObjectStatus): NotReady {
  const made = descendantsOf(snapshot, object);
  const family = [object, ...made];
  const causes = group(family.flatMap((member) => problemsOf(snapshot, member)));
  const isTerminal = status.status === "Failed" || causes.some((cause) => cause.isTerminal);
  const chains = made.filter(isUnready).map((member) => chainTo(member, family));
  const events = family
    .flatMap((member) => warningsOf(snapshot, member).map((event) => ({ member, event })))
    .sort((one, other) => one.event.lastSeen.localeCompare(other.event.lastSeen))
    .slice(-MAX_EVENTS_COUNT)
    .map(({ member, event }) => eventText(member, event));
  return { ref, status, causes, notes: [...limit(chains), ...events], isTerminal };
}

function problemsOf(snapshot: Snapshot, member: KubeObject): { kind: string; problem: Problem }[] {
  const warnings = warningsOf(snapshot, member);
  const problems =
    member.kind === "Pod"
      ? (nodeProblems(snapshot, member) ?? podProblems(member, warnings))
      : [...replicaFailure(member), ...refusals(snapshot, member), ...pendingClaim(snapshot, member)];
  return problems.map((problem) => ({ kind: member.kind, problem }));
}

// The state of a Pod's containers is not known while its node's kubelet does not respond.
function nodeProblems({ nodes }: Snapshot, pod: KubeObject): Problem[] | undefined {
  const { phase } = (pod.status ?? {}) as { phase?: string };
  const { nodeName } = (pod.spec ?? {}) as { nodeName?: string };
  const node = nodes.find(({ metadata }) => metadata.name === nodeName);
  const message = node === undefined || phase === "Succeeded" || phase === "Failed" ? undefined : nodeProblem(node);
  return message === undefined ? undefined : [{ reason: "NodeNotReady", message, isTerminal: false }];
}

function replicaFailure(member: KubeObject): Problem[] {
  const failure = conditionOf(member, "ReplicaFailure");
  if (failure?.status !== "True") return [];
  const message = failure.message ?? "its pods cannot be created";
  return [{ reason: failure.reason ?? "FailedCreate", message, isTerminal: permanentRefusal.test(message) }];
}

// StatefulSets, DaemonSets and Jobs have no condition for a rejected Pod, only events.
function refusals({ events }: Snapshot, member: KubeObject): Problem[] {
  if (member.kind === "Deployment" || member.kind === "ReplicaSet") return [];
  const tries = events.filter(
    ({ uid, reason }) => uid === member.metadata.uid && /^(Failed|Successful)Create$/.test(reason),
  );
  const last = tries.at(-1);
  if (last === undefined || last.reason !== "FailedCreate") return [];
  return [{ reason: last.reason, message: last.message, isTerminal: permanentRefusal.test(last.message) }];
}

function pendingClaim(snapshot: Snapshot, member: KubeObject): Problem[] {
  if (member.kind !== "PersistentVolumeClaim" || computeStatus(member).status === "Current") return [];
  const warning = warningsOf(snapshot, member).at(-1);
  if (warning !== undefined) return [{ reason: warning.reason, message: warning.message, isTerminal: false }];
  const waits = snapshot.events.some(({ uid, reason }) => uid === member.metadata.uid && reason === UNUSED_CLAIM);
  if (!waits || snapshot.made.some((pod) => usesClaim(pod, member))) return [];
  const { storageClassName } = (member.spec ?? {}) as { storageClassName?: string };
  const message = `StorageClass ${storageClassName} binds it for a Pod that uses it, and there is none`;
  return [{ reason: UNUSED_CLAIM, message, isTerminal: false }];
}

// The names of Pods are random: without them equal problems of several Pods are one cause.
function group(found: readonly { kind: string; problem: Problem }[]): NotReady["causes"] {
  const groups = new Map<string, NotReady["causes"][number]>();
  for (const { kind, problem } of found) {
    const key = JSON.stringify([kind === "Pod" ? kind : "", problem.key ?? problem.message]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { ...problem, kind, count: 1 });
    else if (known.kind === kind) known.count++;
  }
  return [...groups.values()].sort((one, other) => other.count - one.count);
}

function isUnready(member: KubeObject): boolean {
  return computeStatus(member, { mustComplete: member.kind === "Job" }).status !== "Current";
}

function chainTo(member: KubeObject, family: readonly KubeObject[]): string {
  const chain = [member];
  for (let owner = ownerIn(member, family); owner !== undefined; owner = ownerIn(owner, family)) chain.unshift(owner);
  const names = chain.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(" > ");
  return `${names}: ${computeStatus(member, { mustComplete: member.kind === "Job" }).message}`;
}

function ownerIn(member: KubeObject, family: readonly KubeObject[]): KubeObject | undefined {
  const owners = new Set((member.metadata.ownerReferences ?? []).map(({ uid }) => uid));
  return family.find(({ metadata }) => metadata.uid !== undefined && owners.has(metadata.uid));
}

function eventText(member: KubeObject, { reason, message, count }: ObjectEvent): string {
  const times = count > 1 ? ` (${count} times)` : "";
  return `event of ${member.kind} ${member.metadata.name}: ${reason}: ${message}${times}`;
}

function limit(lines: readonly string[]): string[] {
  const more = lines.length - MAX_NOTES_COUNT;
  return more > 0 ? [...lines.slice(0, MAX_NOTES_COUNT), `and ${more} more`] : [...lines];
}
