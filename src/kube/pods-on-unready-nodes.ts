import type { KubeListOptions } from "./kube-client.ts";
import { type KubeNode, nodeProblem } from "./node.ts";
import { type KubeObject, type ObjectRef, toObjectRef } from "./object-ref.ts";

/** A Pod that is being deleted and that no kubelet can end. */
export interface PodOnUnreadyNode {
  ref: ObjectRef;
  /** Why its node is not ready. */
  problem: string;
}

/** The part of a client that {@link findPodsOnUnreadyNodes} uses. */
interface Lister {
  list(apiVersion: string, kind: string, options?: KubeListOptions): Promise<KubeObject[]>;
}

/** The Pods of a namespace that are being deleted and whose node is not ready. */
export async function findPodsOnUnreadyNodes(kube: Lister, namespace: string): Promise<PodOnUnreadyNode[]> {
  const [pods, nodes] = await Promise.all([kube.list("v1", "Pod", { namespace }), kube.list("v1", "Node")]);
  return pods.flatMap((pod) => {
    const { nodeName } = (pod.spec ?? {}) as { nodeName?: string };
    const node = nodes.find(({ metadata }) => metadata.name === nodeName) as KubeNode | undefined;
    const problem = node === undefined || pod.metadata.deletionTimestamp === undefined ? undefined : nodeProblem(node);
    return problem === undefined ? [] : [{ ref: toObjectRef(pod), problem }];
  });
}
