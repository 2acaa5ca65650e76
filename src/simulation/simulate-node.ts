import { UsageError } from "../errors/usage-error.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import { type KubeNode, nodeProblem, unreachableTaints } from "../kube/node.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { currentControlPlane } from "../plane/current.ts";
import { checkOptions, describe } from "../util/check-options.ts";
import { pollUntil } from "../util/poll.ts";

/** What happens to a node. */
export interface SimulateNodeOptions {
  /** Its kubelet is silent, as when its machine has lost its power or its network. */
  lost: true;
  /** The control plane whose node it is. @default the current one */
  controlPlane?: ControlPlane | undefined;
  signal?: AbortSignal | undefined;
}

/** A node that something happens to. */
export interface NodeSimulation extends AsyncDisposable {
  /** Resolves when the node is as before. Safe to call twice. */
  stop(): Promise<void>;
}

interface Applied {
  id: string;
  selector: { kind?: string; name?: string };
}

// Upstream's node controller looks every 200 ms here.
const SETTLE_TIMEOUT_MS = 30_000;

/**
 * Has a node be lost: it becomes not ready, is tainted as unreachable, and its Pods are treated accordingly, in all namespaces
 * of the control plane. Resolves when nothing is scheduled there any more. It ends when it is disposed of, and with this
 * process. Rejects with `SEATRIAL_USAGE` for wrong options or a node that does not exist.
 */
export async function simulateNode(name: string, options: SimulateNodeOptions): Promise<NodeSimulation> {
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
  const request = { rules: [toNodeRule(name)] };
  const { first, close } = await plane.engine.stream<{ ids: string[] }>("simulation/hold", request, { signal });
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      await plane.engine.ask("simulation/remove", { ids: first.ids });
      close();
      if (!(await isLostToOthers(plane, name))) await settle(plane.kube, name, isBack, "to be back");
    })();
    return stopping;
  };
  try {
    await settle(plane.kube, name, isLost, "to be taken for lost", signal);
  } catch (error) {
    close();
    throw error;
  }
  return { stop, [Symbol.asyncDispose]: stop };
}

/** The rule as the engine takes it. */
export function toNodeRule(name: string): object {
  return { selector: { kind: "Node", name }, effect: { lost: true } };
}

async function isLostToOthers(plane: ControlPlane, name: string): Promise<boolean> {
  const { rules } = await plane.engine.ask<{ rules: Applied[] }>("simulation");
  return rules.some(({ selector }) => selector.kind === "Node" && selector.name === name);
}

async function settle(
  kube: KubeClient,
  name: string,
  isDone: (node: KubeNode) => boolean,
  what: string,
  signal?: AbortSignal,
): Promise<void> {
  let last: KubeNode | undefined;
  const probe = async () => {
    last = (await kube.get({ apiVersion: "v1", kind: "Node", name }, { signal })) as KubeNode | undefined;
    // A node that was deleted meanwhile is in no state.
    return last === undefined || isDone(last) ? true : undefined;
  };
  const lastSeen = () =>
    last && (nodeProblem(last) ?? `it is ready, its taints are ${JSON.stringify(last.spec?.taints)}`);
  await pollUntil(probe, { timeoutMs: SETTLE_TIMEOUT_MS, waitingFor: `Node ${name} ${what}`, lastSeen, signal });
}

function isLost(node: KubeNode): boolean {
  return nodeProblem(node) !== undefined && unreachableTaints(node).includes("NoSchedule");
}

function isBack(node: KubeNode): boolean {
  return nodeProblem(node) === undefined && unreachableTaints(node).length === 0;
}
