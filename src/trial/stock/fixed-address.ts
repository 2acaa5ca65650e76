import type { Finding } from "../../findings/finding.ts";
import type { ObjectRef } from "../../kube/object-ref.ts";

/** An address that only one object of a cluster can have. */
export interface AddressUse {
  ref: ObjectRef;
  /** `node port 30080`, `host port 8443/TCP` */
  address: string;
}

/** The warning for an address that every release of the chart uses. */
export function fixedAddressFinding({ ref, address }: AddressUse, template: string | undefined): Finding {
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
    ...(template === undefined ? {} : { template }),
    hint: `leave the ${isHostPort ? "host port out" : "address out, so that one is allocated"}, unless the values name it`,
  };
}
