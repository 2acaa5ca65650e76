import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../kube/object-ref.ts";
import { claimsOf, hostPortsOf, podSpecOf } from "./pod-spec.ts";

/** The scheduler's reason for a Pod whose claim only one Pod can use (plugin VolumeRestrictions). */
export const CLAIM_IN_USE = "ReadWriteOncePod access mode already in-use by another pod";
/** The scheduler's reason for a Pod whose host port another Pod uses (plugin NodePorts). */
export const PORT_IN_USE = "didn't have free ports";

/** Whether a Pod that stays uses a claim of this Pod. */
export function sharesClaim(pod: KubeObject): (staying: KubeObject) => boolean {
  const claims = claimsOf(pod);
  return (other) =>
    other.metadata.namespace === pod.metadata.namespace && claimsOf(other).some((claim) => claims.includes(claim));
}

/**
 * What to do about a Pod that another Pod of its release keeps from every node, on any cluster: then the chart is wrong.
 * `undefined` when a cluster with other nodes may have room for both. `message` is the scheduler's.
 */
export function conflictHint(pod: KubeObject, message: string, staying: readonly KubeObject[]): string | undefined {
  if (message.includes(CLAIM_IN_USE) && staying.some(sharesClaim(pod)))
    return "only one Pod can use a claim with the access mode ReadWriteOncePod: use another mode, or one replica";
  const set = daemonSetOf(pod);
  if (!message.includes(PORT_IN_USE) || set === undefined) return undefined;
  const ports = hostPortsOf(pod);
  const rival = staying.find(
    (other) =>
      ![undefined, set].includes(daemonSetOf(other)) &&
      isDeepStrictEqual(podSpecOf(other).nodeSelector, podSpecOf(pod).nodeSelector) &&
      hostPortsOf(other).some((port) => ports.includes(port)),
  );
  if (rival === undefined) return undefined;
  return `DaemonSet ${daemonSetOf(rival)} uses the same host port on the same nodes: use another port in one of them`;
}

function daemonSetOf({ metadata }: KubeObject): string | undefined {
  return metadata.ownerReferences?.find(({ kind }) => kind === "DaemonSet")?.name;
}
