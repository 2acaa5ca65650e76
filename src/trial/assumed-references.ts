import type { KubeClient } from "../kube/kube-client.ts";

// The engine's event about a Secret or ConfigMap that it took as made by a simulated container.
const REASON = "SimulatedReference";

/** What Pods of a namespace were started without, because a container that was not run may have made it: a note for each. */
export async function assumedReferences(kube: KubeClient, namespace: string, signal?: AbortSignal): Promise<string[]> {
  const events = await kube.list("v1", "Event", { namespace, fieldSelector: `reason=${REASON}`, signal });
  const names = events.flatMap(({ message }) => /^(\S+ "[^"]+") does not exist/.exec(String(message))?.[1] ?? []);
  return [...new Set(names)].sort().map((name) => `${name} was taken as made by a container, which was not run`);
}
