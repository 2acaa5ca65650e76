import { ClusterError } from "../../errors/cluster-error.ts";
import { TimeoutError } from "../../errors/timeout-error.ts";
import { HelmError } from "../../helm/helm-error.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";

// Helm's own faults, and what it says about a chart's files, need no API server.
const doubtful: readonly string[] = ["cluster", "hook", "timeout", "given-up"];

/**
 * Why the API server does not respond any more, when one of Helm's verbs has failed; `undefined` when it does. Helm takes
 * a cluster that has disappeared for an object that is not ready.
 */
export async function whyUnreachable(
  { kube }: Pick<ControlPlane, "kube">,
  namespace: string,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof HelmError) || !doubtful.includes(error.helmCode)) return undefined;
  try {
    await kube.get({ apiVersion: "v1", kind: "Namespace", name: namespace }, { metadataOnly: true });
    return undefined;
  } catch (failure) {
    const isSilent = failure instanceof TimeoutError;
    const isGone = failure instanceof ClusterError && failure.code === "SEATRIAL_API" && failure.reason === undefined;
    return isSilent || isGone ? failure : undefined;
  }
}
