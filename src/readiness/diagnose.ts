import { nodeProblem } from "../kube/node.ts";
import type { KubeObject, ObjectRef } from "../kube/object-ref.ts";
import { claimProblems, UNUSED_CLAIM } from "./claim-problems.ts";
import { computeStatus } from "./compute-status.ts";
import { creationProblems } from "./creation-problems.ts";
import { endlessContainers } from "./endless-containers.ts";
import { isOfNewRevision } from "./new-revision.ts";
import type { ObjectStatus } from "./object-status.ts";
import { podProblems } from "./pod-problems.ts";
import type { Problem } from "./problem.ts";
import { descendantsOf, type ObjectEvent, type Snapshot, warningsOf } from "./snapshot.ts";
import { type SpecContext, specProblems } from "./spec-problems.ts";
import { stayingPods } from "./staying-pods.ts";
import { type Scheduling, schedulingProblem, withoutPreemptionError } from "./unschedulable.ts";

/** A problem, the kind of the objects that have it, and their number. */
export interface Cause extends Problem {
  kind: string;
  count: number;
}

/** An object that is not ready, and why. */
export interface NotReady {
  ref: ObjectRef;
  status: ObjectStatus;
  /** What its spec says against its readiness first, then the most frequent problem. */
  causes: Cause[];
  /** The objects that controllers created for it, with their states, and the last events: one line each. */
  notes: string[];
  /** Whether waiting longer is pointless. */
  isTerminal: boolean;
}

const MAX_NOTES_COUNT = 6;
const MAX_EVENTS_COUNT = 4;

/** The objects of a snapshot that are not ready. `contextOf` says how an object is waited for. */
export function diagnose(
  snapshot: Snapshot,
  contextOf: (ref: ObjectRef) => SpecContext = () => ({ mustComplete: false }),
): NotReady[] {
  const scheduling = { nodes: snapshot.nodes, staying: stayingPods(snapshot, contextOf) };
  return snapshot.roots.flatMap(({ ref, object }) => {
    if (object === undefined) return [notFound(ref)];
    const context = contextOf(ref);
    const status = computeStatus(object, context);
    return status.status === "Current" ? [] : [describe({ snapshot, scheduling, ref, object, status, context })];
  });
}

/** Whether the only causes are Secrets, ConfigMaps or keys of them that do not exist. */
export function lacksReference({ causes }: NotReady): boolean {
  return (
    causes.length > 0 && causes.every(({ missing }) => missing?.kind === "Secret" || missing?.kind === "ConfigMap")
  );
}

/** Whether the object is a claim that waits for a Pod, and no Pod uses it. */
export function isUnusedClaim({ causes }: NotReady): boolean {
  return causes.some(({ reason }) => reason === UNUSED_CLAIM);
}

function notFound(ref: ObjectRef): NotReady {
  const status: ObjectStatus = { status: "NotFound", reason: "NotFound", message: "it does not exist" };
  return { ref, status, causes: [], notes: [], isTerminal: false };
}

interface Described {
  snapshot: Snapshot;
  scheduling: Scheduling;
  ref: ObjectRef;
  object: KubeObject;
  status: ObjectStatus;
  context: SpecContext;
}

function describe({ snapshot, scheduling, ref, object, status, context }: Described): NotReady {
  const made = descendantsOf(snapshot, object);
  const family = [object, ...made];
  const ofSpec = specProblems(object, context).map((problem) => ({ ...problem, kind: object.kind, count: 1 }));
  const found = family.flatMap((member) => {
    const isNew = isOfNewRevision(object, member, ownerIn(member, family));
    const problems = [
      ...problemsOf(snapshot, scheduling, member),
      ...(context.mustComplete && context.mayRunOn !== true ? endlessContainers(snapshot, member, object) : []),
    ];
    return problems.map((problem) => ({
      kind: member.kind,
      problem: isNew ? problem : { ...problem, isTerminal: false },
    }));
  });
  const causes = [...ofSpec, ...group(found)];
  const isTerminal = status.status === "Failed" || causes.some((cause) => cause.isTerminal);
  const chains = made.filter(isUnready).map((member) => chainTo(member, family));
  const events = family
    .flatMap((member) => warningsOf(snapshot, member).map((event) => ({ member, event })))
    .sort((one, other) => one.event.lastSeen.localeCompare(other.event.lastSeen))
    .slice(-MAX_EVENTS_COUNT)
    .map(({ member, event }) => eventText(member, event));
  return { ref, status, causes, notes: [...limit(chains), ...events], isTerminal };
}

function problemsOf(snapshot: Snapshot, scheduling: Scheduling, member: KubeObject): Problem[] {
  if (member.kind !== "Pod") return [...creationProblems(snapshot, member), ...claimProblems(snapshot, member)];
  const unscheduled = schedulingProblem(member, scheduling);
  if (unscheduled !== undefined) return [unscheduled];
  return nodeProblems(snapshot, member) ?? podProblems(member, warningsOf(snapshot, member));
}

// The state of a Pod's containers is not known while its node's kubelet does not respond.
function nodeProblems({ nodes }: Snapshot, pod: KubeObject): Problem[] | undefined {
  const { phase } = (pod.status ?? {}) as { phase?: string };
  const { nodeName } = (pod.spec ?? {}) as { nodeName?: string };
  const node = nodes.find(({ metadata }) => metadata.name === nodeName);
  const message = node === undefined || phase === "Succeeded" || phase === "Failed" ? undefined : nodeProblem(node);
  return message === undefined ? undefined : [{ reason: "NodeNotReady", message, isTerminal: false }];
}

// The names of Pods are random: without them equal problems of several Pods are one cause.
function group(found: readonly { kind: string; problem: Problem }[]): Cause[] {
  const groups = new Map<string, Cause>();
  for (const { kind, problem } of found) {
    const key = JSON.stringify([kind === "Pod" ? kind : "", problem.key ?? problem.message]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { ...problem, kind, count: 1 });
    else if (known.kind === kind) {
      const decisive = problem.isTerminal && !known.isTerminal ? problem : known;
      groups.set(key, { ...decisive, kind, count: known.count + 1 });
    }
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
  const text = reason === "FailedScheduling" ? withoutPreemptionError(message) : message;
  return `event of ${member.kind} ${member.metadata.name}: ${reason}: ${text}${times}`;
}

function limit(lines: readonly string[]): string[] {
  const more = lines.length - MAX_NOTES_COUNT;
  return more > 0 ? [...lines.slice(0, MAX_NOTES_COUNT), `and ${more} more`] : [...lines];
}
