import { waitForNamespace } from "../kube/namespace-ready.ts";
import { type KubeNode, nodeProblem } from "../kube/node.ts";
import { type KubeObject, type ObjectRef, toObjectRef } from "../kube/object-ref.ts";
import { waitForObject } from "../kube/wait.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { NAMESPACE_TIMEOUT_MS } from "../util/defaults.ts";
import { waitForPolicies } from "./policies-in-effect.ts";

/**
 * Resolves when given objects have their effect: nodes are ready, namespaces have what Pods need, quotas are in
 * effect, and admission enforces policies. Rejects with `SEATRIAL_TIMEOUT`.
 */
export async function waitForGiven(
  plane: ControlPlane,
  objects: readonly KubeObject[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const options = { timeoutMs: NAMESPACE_TIMEOUT_MS, signal };
  for (const object of objects) {
    if (object.kind === "Namespace") {
      if (plane.capabilities.controllers) await waitForNamespace(plane.kube, toObjectRef(object).name, options);
      continue;
    }
    const effect = effectOf(object);
    if (effect === undefined || (effect.needsControllers && !plane.capabilities.controllers)) continue;
    const { ref, isInEffect, waitingFor } = effect;
    await waitForObject(plane.kube, ref, isInEffect, { ...options, waitingFor });
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
    case "ResourceQuota": {
      // A quota without a status does not limit anything yet.
      const isInEffect = ({ status }: KubeObject) => (status as { hard?: object } | undefined)?.hard !== undefined;
      return { ref, isInEffect, waitingFor: `the quota ${ref.name} to be in effect`, needsControllers: true };
    }
    default:
      return undefined;
  }
}
