import { UsageError } from "../errors/usage-error.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import { type KubeNode, nodeProblem, unreachableTaints } from "../kube/node.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { currentControlPlane } from "../plane/current.ts";
import { requireCapability } from "../plane/require-capability.ts";
import { trackCall, withSignal } from "../util/call-group.ts";
import { checkOptions, describe } from "../util/check-options.ts";
import { pollUntil } from "../util/poll.ts";

/** Options of {@link simulateNode}. */
export interface SimulateNodeOptions {
  /** Its kubelet stops responding, as when its machine loses power or network. */
  lost: true;
  /** The control plane of the node. @default the current control plane */
  controlPlane?: ControlPlane | undefined;
  signal?: AbortSignal | undefined;
}

/** A node that is lost. */
export interface NodeSimulation extends AsyncDisposable {
  /** Ends it; resolves when the node is ready again. Safe to call twice. */
  stop(): Promise<void>;
}

interface AppliedRule {
  id: string;
  selector: { kind?: string; name?: string };
}

// The node controller checks every 200 ms.
const NODE_TIMEOUT_MS = 30_000;

/**
 * Marks a node as lost: its kubelet stops responding, so the node becomes not ready and is tainted as unreachable, with the
 * usual consequences for its Pods in all namespaces of the control plane. Resolves when Pods are no longer scheduled there.
 * It ends when the result is disposed of, and with this process. Rejects with `SEATRIAL_USAGE` for wrong options or a node
 * that does not exist.
 */
export function simulateNode(name: string, options: SimulateNodeOptions): Promise<NodeSimulation> {
  return trackCall(options?.signal, (signal) => loseNode(name, withSignal(options, signal)));
}

async function loseNode(name: string, options: SimulateNodeOptions): Promise<NodeSimulation> {
  if (typeof name !== "string" || name === "") {
    throw new UsageError(`simulateNode: the first argument must be the name of a node, got ${describe(name)}`);
  }
  checkOptions<SimulateNodeOptions>("simulateNode", options, {
    lost: (value) => (value === true ? undefined : "true"),
    controlPlane: "object",
    signal: "object",
  });
  if (options?.lost !== true) throw new UsageError('simulateNode: option "lost" is missing');
  const { controlPlane: plane = currentControlPlane(), signal } = options;
  requireCapability(plane, "simulates", "simulateNode");
  const request = { rules: [toNodeRule(name)] };
  const { first, close } = await plane.engine.stream<{ ids: string[] }>("simulation/apply-while-connected", request, {
    signal,
  });
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      await plane.engine.ask("simulation/remove", { ids: first.ids });
      close();
      if (!(await isStillLost(plane, name))) await pollNode(plane.kube, name, isReachable, "to be ready again");
    })();
    return stopping;
  };
  try {
    await pollNode(plane.kube, name, isLost, "to be considered lost", signal);
  } catch (error) {
    close();
    throw error;
  }
  return { stop, [Symbol.asyncDispose]: stop };
}

/** The rule as it is sent to the engine. */
export function toNodeRule(name: string): object {
  return { selector: { kind: "Node", name }, effect: { lost: true } };
}

async function isStillLost(plane: ControlPlane, name: string): Promise<boolean> {
  const { rules } = await plane.engine.ask<{ rules: AppliedRule[] }>("simulation");
  return rules.some(({ selector }) => selector.kind === "Node" && selector.name === name);
}

async function pollNode(
  kube: KubeClient,
  name: string,
  isDone: (node: KubeNode) => boolean,
  what: string,
  signal?: AbortSignal,
): Promise<void> {
  let last: KubeNode | undefined;
  const probe = async () => {
    last = (await kube.get({ apiVersion: "v1", kind: "Node", name }, { signal })) as KubeNode | undefined;
    // A node that was deleted in the meantime has no state.
    return last === undefined || isDone(last) ? true : undefined;
  };
  const lastSeen = () =>
    last && (nodeProblem(last) ?? `it is ready, its taints are ${JSON.stringify(last.spec?.taints)}`);
  await pollUntil(probe, { timeoutMs: NODE_TIMEOUT_MS, waitingFor: `Node ${name} ${what}`, lastSeen, signal });
}

function isLost(node: KubeNode): boolean {
  return nodeProblem(node) !== undefined && unreachableTaints(node).includes("NoSchedule");
}

function isReachable(node: KubeNode): boolean {
  return nodeProblem(node) === undefined && unreachableTaints(node).length === 0;
}
