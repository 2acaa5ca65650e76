import type { KubeObject } from "./object-ref.ts";

/** A Node with the fields that seatrial reads. */
export interface KubeNode extends KubeObject {
  spec?: { taints?: { key: string; effect: string }[] };
  status?: {
    allocatable?: Record<string, string>;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
  };
}

const UNREACHABLE = "node.kubernetes.io/unreachable";

/** Why a node is not ready: `Node node-2 is not ready: Kubelet stopped posting node status.`; `undefined` when it is. */
export function nodeProblem(node: KubeNode): string | undefined {
  const ready = node.status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status === "True") return undefined;
  const why = ready?.message || ready?.reason || "its kubelet has not reported";
  return `Node ${node.metadata.name} is not ready: ${why}`;
}

/** The effects of the node's taints `node.kubernetes.io/unreachable`. */
export function unreachableTaints(node: KubeNode): string[] {
  return (node.spec?.taints ?? []).filter(({ key }) => key === UNREACHABLE).map(({ effect }) => effect);
}
