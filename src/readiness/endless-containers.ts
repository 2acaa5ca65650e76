import type { KubeObject } from "../kube/object-ref.ts";
import type { Problem } from "./problem.ts";
import type { Snapshot } from "./snapshot.ts";

interface Spec {
  activeDeadlineSeconds?: number;
  shareProcessNamespace?: boolean;
  containers?: { name: string }[];
}

/**
 * The running containers of a Pod whose commands never end, although the object that has the Pod, or is it, must complete. None
 * when a deadline ends the Pod, which has a reason of its own, or when another container can end them.
 */
export function endlessContainers({ events }: Snapshot, pod: KubeObject, object: KubeObject): Problem[] {
  const { phase } = (pod.status ?? {}) as { phase?: string };
  const spec = (pod.spec ?? {}) as Spec;
  const { activeDeadlineSeconds = (object.spec as Spec | undefined)?.activeDeadlineSeconds } = spec;
  const canEnd = activeDeadlineSeconds !== undefined || spec.shareProcessNamespace === true;
  if (pod.kind !== "Pod" || phase === "Succeeded" || phase === "Failed" || canEnd) return [];
  const isAlone = (spec.containers ?? []).length < 2;
  const what = object.kind === "Job" ? "the Job" : "it";
  return events
    .filter(({ uid, isEndless = false }) => uid === pod.metadata.uid && isEndless)
    .map(({ fieldPath }) => ({
      reason: "NeverEnds",
      message: `container ${/\{(.*)\}$/.exec(fieldPath)?.[1]} runs on: its command never ends, so ${what} never completes`,
      isTerminal: true,
      hint: isAlone
        ? "use a command that ends"
        : "make it a sidecar, an init container with restartPolicy Always, which ends with the other containers",
    }));
}
