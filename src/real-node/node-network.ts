/** The node's name. */
export const REAL_NODE = "real-node";
/** The label and taint key of a real node next to simulated nodes; its value is `real`. */
export const NODE_KEY = "seatrial.dev/node";

/** The network of the node and its Pods. It exists only in the node's namespaces, and simulated Pods have other addresses. */
export const nodeNetwork = {
  cidr: "10.246.0.0/16",
  /** The node's own address, on the bridge of the Pods. */
  address: "10.246.0.1",
  prefixBits: 16,
  firstPodAddress: "10.246.0.10",
} as const;

/** The address of the `kubernetes` Service's endpoint (`advertiseAddress` of the engine). */
export const API_SERVER_ADDRESS = "192.0.2.1";

/**
 * The address of the DNS server: the usual one of a cluster. It is an address of the node's loopback interface, so that a Service
 * with the same address is reached in its place.
 */
export const DNS_ADDRESS = "10.96.0.10";
