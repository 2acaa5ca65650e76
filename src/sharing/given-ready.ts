import { type KubeNode, nodeProblem } from "../kube/node.ts";
import { type KubeObject, type ObjectRef, toObjectRef } from "../kube/object-ref.ts";
import { waitForObject } from "../kube/wait.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { NAMESPACE_TIMEOUT_MS } from "../util/defaults.ts";
import { waitForPolicies } from "./policies-in-effect.ts";

/**
 * Resolves when given objects have their effect: nodes are ready, namespaces have the ServiceAccount that Pods need, quotas are in
 * effect, and admission enforces policies. Rejects with `SEATRIAL_TIMEOUT`.
 */
export async function waitForGiven(
  plane: ControlPlane,
  objects: readonly KubeObject[],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const object of objects) {
    const effect = effectOf(object);
    if (effect === undefined || (effect.needsControllers && !plane.capabilities.controllers)) continue;
    const { ref, isInEffect, waitingFor } = effect;
    await waitForObject(plane.kube, ref, isInEffect, { timeoutMs: NAMESPACE_TIMEOUT_MS, signal, waitingFor });
  }
  await waitForPolicies(plane, objects, signal);
}

interface Effect {
  ref: ObjectRef;
  isInEffect: (object: KubeObject) => boolean;
  waitingFor: string;
  needsControllers: boolean;
}

function effectOf(object: KubeObject): Effect | undefined {
  const ref = toObjectRef(object);
  switch (object.kind) {
    case "Node": {
      const isInEffect = (node: KubeObject) => nodeProblem(node as KubeNode) === undefined;
      return { ref, isInEffect, waitingFor: `node ${ref.name} to be ready`, needsControllers: false };
    }
    case "Namespace": {
      const account = { apiVersion: "v1", kind: "ServiceAccount", namespace: ref.name, name: "default" };
      const waitingFor = `the default ServiceAccount of namespace ${ref.name}`;
      return { ref: account, isInEffect: () => true, waitingFor, needsControllers: true };
    }
    case "ResourceQuota": {
      // A quota without a status does not limit anything yet.
      const isInEffect = ({ status }: KubeObject) => (status as { hard?: object } | undefined)?.hard !== undefined;
      return { ref, isInEffect, waitingFor: `the quota ${ref.name} to be in effect`, needsControllers: true };
    }
    default:
      return undefined;
  }
}
