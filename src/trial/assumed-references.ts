import type { KubeClient } from "../kube/kube-client.ts";
import { assumedReferenceOf, CLAIM_BOUND } from "../readiness/event-references.ts";

// The reason of the engine's events about assumed references.
const REASON = "SimulatedReference";

/**
 * A note for each Secret and ConfigMap of a namespace that does not exist and is assumed to be created by a container, and for
 * each claim that was bound without a Pod.
 */
export async function assumedReferences(kube: KubeClient, namespace: string, signal?: AbortSignal): Promise<string[]> {
  const list = (reason: string) => kube.list("v1", "Event", { namespace, fieldSelector: `reason=${reason}`, signal });
  const [events, bindings] = await Promise.all([list(REASON), list(CLAIM_BOUND)]);
  const names = events.flatMap((event) => {
    const reference = assumedReferenceOf(event);
    return reference === undefined ? [] : [`${reference.kind} "${reference.name}"`];
  });
  const notes = [...new Set(names)].sort().map((name) => {
    return `${name} does not exist; assumed to be created by a container that was only simulated`;
  });
  return [...notes, ...bindings.map(({ message }) => String(message)).sort()];
}
