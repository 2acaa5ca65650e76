import type { Finding } from "../../findings/finding.ts";
import type { KubeObject, ObjectRef } from "../../kube/object-ref.ts";
import { isMapping } from "../../util/is-mapping.ts";

/** An address that only one object of a cluster can have. */
export interface AddressUse {
  ref: ObjectRef;
  /** `node port 30080`, `host port 8443/TCP` */
  address: string;
}

const fields = new Set(["nodePort", "healthCheckNodePort", "clusterIP", "clusterIPs", "loadBalancerIP", "hostPort"]);

/** The warning for an address that every release of the chart uses. `object` is the one that uses it. */
export function fixedAddressFinding(
  { ref, address }: AddressUse,
  object: KubeObject | undefined,
  template: string | undefined,
): Finding {
  const field = findField(object?.spec, "spec", valueIn(address));
  const isHostPort = address.startsWith("host port ");
  const effect = isHostPort
    ? "the Pods of a second release are scheduled to no node"
    : "the API server refuses a second release of the chart";
  return {
    severity: "warning",
    step: "template",
    message: `every release uses the ${address}: ${effect}`,
    reason: "FixedAddress",
    object: ref,
    ...(field === undefined ? {} : { field }),
    ...(template === undefined ? {} : { template }),
    hint: `leave the ${isHostPort ? "host port out" : "address out, so that one is allocated"}, unless the values name it`,
  };
}

// `host port 8443/TCP`, `cluster IP 10.96.0.10`
function valueIn(address: string): string {
  return (address.split(" ").at(-1) ?? "").replace(/\/.*/, "");
}

function findField(value: unknown, path: string, wanted: string): string | undefined {
  const inner: [key: string, path: string, value: unknown][] = Array.isArray(value)
    ? value.map((item, index) => ["", `${path}[${index}]`, item])
    : isMapping(value)
      ? Object.entries(value).map(([key, item]) => [key, `${path}.${key}`, item])
      : [];
  for (const [key, at, item] of inner) {
    if (fields.has(key) && [item].flat().map(String).includes(wanted)) return at;
    const found = findField(item, at, wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}
