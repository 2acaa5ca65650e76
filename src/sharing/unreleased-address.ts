import type { KubeObject } from "../kube/object-ref.ts";
import { ApiStatusError } from "../kube/status.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { serviceAddresses } from "./addresses.ts";
import type { Blocker } from "./locks/gate.ts";

/**
 * An address that the API server still counts as allocated although no Service has it: it releases the node ports and cluster
 * IPs of a Service a moment after it has removed the Service.
 */
export async function findUnreleased(
  plane: ControlPlane,
  addresses: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Blocker | undefined> {
  for (const address of addresses) {
    const probe = probeFor(address);
    if (probe === undefined || (await isFree(plane, probe, signal))) continue;
    const services = await plane.kube.list("v1", "Service", { signal });
    if (services.some((service) => serviceAddresses(service).includes(address))) continue;
    return { what: address, description: "the API server is releasing it" };
  }
  return undefined;
}

function probeFor(address: string): KubeObject | undefined {
  const nodePort = /^node port (\d+)$/.exec(address)?.[1];
  const clusterIP = /^cluster IP (.+)$/.exec(address)?.[1];
  if (nodePort === undefined && clusterIP === undefined) return undefined;
  const port = nodePort === undefined ? { port: 80 } : { port: 80, nodePort: Number(nodePort) };
  const spec = { type: nodePort === undefined ? "ClusterIP" : "NodePort", clusterIP, ports: [port] };
  return { apiVersion: "v1", kind: "Service", metadata: { name: "seatrial-probe", namespace: "default" }, spec };
}

async function isFree(plane: ControlPlane, probe: KubeObject, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await plane.kube.create(probe, { dryRun: true, signal });
    return true;
  } catch (error) {
    if (!(error instanceof ApiStatusError)) throw error;
    // Whatever else is wrong with the address is reported for the chart's own Service.
    return !/provided (port|IP) is already allocated/.test(error.message);
  }
}
