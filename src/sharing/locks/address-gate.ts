import { formatObjectRef, type KubeObject, toObjectRef } from "../../kube/object-ref.ts";
import { OWNER_LABEL } from "../../kube/test-namespace.ts";
import type { ControlPlane } from "../../plane/control-plane.ts";
import { isOwnerDead, ownerToken } from "../../process/owner.ts";
import { removeAbandonedNamespace } from "../abandoned.ts";
import { type Addresses, addressesOf, type HostPortNeed, hostPortsOf, serviceAddresses } from "../addresses.ts";
import { findUnreleased } from "../unreleased-address.ts";
import { type Blocker, type GateOptions, openGate } from "./gate.ts";

/**
 * As `openInstallGate`, for addresses instead of names: waits until no other trial has a node port, cluster IP or
 * load-balancer address that these objects name, and until enough nodes have their host ports free. Until the gate is
 * disposed of, other trials neither name these addresses nor get them allocated.
 */
export async function openAddressGate(
  plane: ControlPlane,
  objects: readonly KubeObject[],
  options: GateOptions,
): Promise<AsyncDisposable> {
  const addresses = addressesOf(objects);
  const { fixed, fixedPools, allocatedPools } = addresses;
  const requests = [
    ...[...fixed, ...fixedPools].map((name) => ({ name })),
    ...allocatedPools.map((name) => ({ name, shared: true })),
  ];
  return openGate(plane, requests, () => findBlocker(plane, objects, addresses, options.signal), options);
}

async function findBlocker(
  plane: ControlPlane,
  objects: readonly KubeObject[],
  { fixed, fixedPools }: Addresses,
  signal: AbortSignal | undefined,
): Promise<Blocker | undefined> {
  const hostPorts = objects.flatMap(hostPortsOf);
  if (fixedPools.length + hostPorts.length === 0) return undefined;
  const others = await otherTrials(plane, signal);
  if (others.size > 0) {
    const owned = ({ metadata }: KubeObject) => others.has(metadata.namespace ?? "");
    const service = fixedPools.length === 0 ? undefined : await findService(plane, owned, fixed, signal);
    const blocking = service ?? (hostPorts.length === 0 ? undefined : await findPod(plane, owned, hostPorts, signal));
    if (blocking !== undefined) {
      const { namespace = "" } = blocking.object.metadata;
      if (others.get(namespace) === "abandoned") await removeAbandonedNamespace(plane, namespace);
      return { what: formatObjectRef(toObjectRef(blocking.object)), description: `it has the ${blocking.address}` };
    }
  }
  return fixedPools.length === 0 ? undefined : findUnreleased(plane, fixed, signal);
}

/** The namespaces of trials of other processes. */
async function otherTrials(
  plane: ControlPlane,
  signal: AbortSignal | undefined,
): Promise<Map<string, "trial" | "abandoned">> {
  const namespaces = await plane.kube.list("v1", "Namespace", { labelSelector: OWNER_LABEL, signal });
  const found = namespaces.flatMap(({ metadata }): [string, "trial" | "abandoned"][] => {
    const token = metadata.labels?.[OWNER_LABEL];
    if (token === undefined || token === ownerToken) return [];
    return [[metadata.name ?? "", isOwnerDead(token) ? "abandoned" : "trial"]];
  });
  return new Map(found);
}

type Occupied = { object: KubeObject; address: string };

async function findService(
  plane: ControlPlane,
  isOwned: (object: KubeObject) => boolean,
  fixed: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Occupied | undefined> {
  const services = (await plane.kube.list("v1", "Service", { signal })).filter(isOwned);
  return services
    .flatMap((object) => serviceAddresses(object).map((address) => ({ object, address })))
    .find(({ address }) => fixed.includes(address));
}

async function findPod(
  plane: ControlPlane,
  isOwned: (object: KubeObject) => boolean,
  needs: readonly HostPortNeed[],
  signal: AbortSignal | undefined,
): Promise<Occupied | undefined> {
  const [pods, nodes] = await Promise.all([
    plane.kube.list("v1", "Pod", { signal }),
    plane.kube.list("v1", "Node", { signal }),
  ]);
  const occupied = pods
    .filter((pod) => isOwned(pod) && !isEnded(pod))
    .flatMap((object) => hostPortsOf(object).map(({ address }) => ({ object, address })));
  const short = needs.find(({ address, nodes: needed }) => {
    const free = nodes.length - occupied.filter((pod) => pod.address === address).length;
    return free < (needed === "all" ? nodes.length : Math.min(needed, nodes.length));
  });
  return short === undefined ? undefined : occupied.find(({ address }) => address === short.address);
}

function isEnded({ status }: KubeObject): boolean {
  return ["Succeeded", "Failed"].includes((status as { phase?: string } | undefined)?.phase ?? "");
}
