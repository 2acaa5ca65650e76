import type { KubeClient } from "../kube/kube-client.ts";
import { assumedReferenceOf } from "../readiness/event-references.ts";

// The reason of the engine's events about assumed references.
const REASON = "SimulatedReference";

/** A note for each Secret and ConfigMap of a namespace that does not exist and is assumed to be created by a container. */
export async function assumedReferences(kube: KubeClient, namespace: string, signal?: AbortSignal): Promise<string[]> {
  const events = await kube.list("v1", "Event", { namespace, fieldSelector: `reason=${REASON}`, signal });
  const names = events.flatMap((event) => {
    const reference = assumedReferenceOf(event);
    return reference === undefined ? [] : [`${reference.kind} "${reference.name}"`];
  });
  return [...new Set(names)].sort().map((name) => {
    return `${name} does not exist; assumed to be created by a container that was only simulated`;
  });
}
