import { BlockList, isIP } from "node:net";
import { SeatrialError } from "../../errors/seatrial-error.ts";
import { KubeClient } from "../../kube/kube-client.ts";
import type { KubeObject } from "../../kube/object-ref.ts";
import { ApiStatusError } from "../../kube/status.ts";
import { KubeTransport } from "../../kube/transport.ts";

const REQUEST_TIMEOUT_MS = 10_000;
const SIMULATED = "seatrial.dev/simulated";

/** What a cluster is, as its own API server says. */
export interface ClusterIdentity {
  server: URL;
  /** The UID of the namespace kube-system. */
  uid: string;
  /** Such as `v1.35.4`. */
  kubernetes: string;
  pods: "simulated" | "real" | "none";
  /** Why the cluster is not known to be local; `undefined` when it is. */
  whyNotLocal: string | undefined;
}

/** Asks the cluster of a pinned kubeconfig what it is. Rejects with `SEATRIAL_PROVIDER`. */
export async function identifyCluster(
  kubeconfig: string,
  context: string,
  signal?: AbortSignal,
): Promise<ClusterIdentity> {
  const transport = KubeTransport.fromText(kubeconfig);
  const kube = new KubeClient(transport);
  const { server } = transport;
  const read = async (path: string) =>
    (await transport.request({ method: "GET", path, signal, timeoutMs: REQUEST_TIMEOUT_MS })).body;
  try {
    const { gitVersion } = (await read("/version")) as { gitVersion: string };
    const { metadata } = (await read("/api/v1/namespaces/kube-system")) as KubeObject;
    const { items: nodes } = (await read("/api/v1/nodes")) as { items: KubeObject[] };
    const whyNotLocal = whyNotLocalServer(server) ?? whyNotLocalNodes(nodes);
    return { server, uid: metadata.uid ?? "", kubernetes: gitVersion, pods: podsOf(nodes), whyNotLocal };
  } catch (error) {
    if (!(error instanceof SeatrialError) || error.code === "SEATRIAL_CANCELLED") throw error;
    throw toUnreachable(error, context, server);
  } finally {
    kube.close();
  }
}

function toUnreachable(error: SeatrialError, context: string, server: URL): SeatrialError {
  const isRefused = error instanceof ApiStatusError && (error.statusCode === 401 || error.statusCode === 403);
  const what = isRefused ? "does not accept the credentials" : "cannot be used";
  const hint = isRefused
    ? "get new credentials; they must allow to read the namespace kube-system and the nodes"
    : "see whether the cluster runs, and whether its address can be reached from here";
  const lines = error.message.split("\n").filter((line) => !line.startsWith("Hint: "));
  return new SeatrialError(
    "SEATRIAL_PROVIDER",
    `The cluster of the context "${context}" at ${server.origin} ${what}: ${lines.join("\n")}`,
    {
      hint,
      cause: error,
    },
  );
}

const local = new BlockList();
for (const [net, prefix] of [
  ["127.0.0.0", 8],
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const) {
  local.addSubnet(net, prefix);
}
for (const [net, prefix] of [
  ["::1", 128],
  ["fc00::", 7],
] as const)
  local.addSubnet(net, prefix, "ipv6");

function whyNotLocalServer({ hostname, origin }: URL): string | undefined {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const family = isIP(host);
  const isLocal = host === "localhost" || (family !== 0 && local.check(host, family === 6 ? "ipv6" : "ipv4"));
  return isLocal ? undefined : `its address ${origin} is neither loopback nor private`;
}

function whyNotLocalNodes(nodes: readonly KubeObject[]): string | undefined {
  if (nodes.length === 0) return "it has no nodes, which would show what it is";
  const foreign = nodes.find((node) => !isLocalNode(node));
  if (foreign === undefined) return undefined;
  return `its node ${foreign.metadata.name} is not one of kind, k3s, minikube or Docker Desktop`;
}

function isLocalNode(node: KubeObject): boolean {
  const { providerID = "" } = (node.spec ?? {}) as { providerID?: string };
  const { name = "", labels = {} } = node.metadata;
  return (
    isSimulated(node) ||
    /^(kind|k3s):\/\//.test(providerID) ||
    "minikube.k8s.io/name" in labels ||
    name === "docker-desktop"
  );
}

function isSimulated({ metadata }: KubeObject): boolean {
  const annotation = metadata.annotations?.[SIMULATED];
  return annotation !== undefined && annotation !== "false";
}

function podsOf(nodes: readonly KubeObject[]): ClusterIdentity["pods"] {
  if (nodes.length === 0) return "none";
  return nodes.every(isSimulated) ? "simulated" : "real";
}
