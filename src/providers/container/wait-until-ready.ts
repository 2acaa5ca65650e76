import { SeatrialError } from "../../errors/seatrial-error.ts";
import { type KubeNode, nodeProblem } from "../../kube/node.ts";
import type { KubeObject } from "../../kube/object-ref.ts";
import { KubeTransport } from "../../kube/transport.ts";
import { type PollOptions, pollUntil } from "../../util/poll.ts";

const REQUEST_TIMEOUT_MS = 5000;
const INTERVAL_MS = 200;

interface ApiService extends KubeObject {
  status?: { conditions?: { type: string; status: string; message?: string }[] };
}

/**
 * Resolves once the API server is ready, every node is, and Pods can be created: the default ServiceAccount exists. Every
 * APIService answers, without which no namespace can be removed. Rejects with
 * `SEATRIAL_TIMEOUT`, which names what was missing, or `SEATRIAL_CANCELLED`.
 */
export async function waitUntilReady(
  kubeconfig: string,
  { timeoutMs, waitingFor, signal }: Pick<PollOptions, "timeoutMs" | "waitingFor" | "signal">,
): Promise<void> {
  const transport = KubeTransport.fromText(kubeconfig);
  const read = async (path: string) =>
    (await transport.request({ method: "GET", path, signal, timeoutMs: REQUEST_TIMEOUT_MS })).body;
  let lastSeen: string | undefined;
  const probe = async () => {
    try {
      lastSeen = await findProblem(read);
    } catch (error) {
      if (!(error instanceof SeatrialError) || error.code === "SEATRIAL_CANCELLED") throw error;
      lastSeen = error.message.split("\n")[0];
    }
    return lastSeen === undefined ? true : undefined;
  };
  try {
    const options = { timeoutMs, waitingFor, signal, intervalMs: INTERVAL_MS, lastSeen: () => lastSeen };
    await pollUntil(probe, options);
  } finally {
    transport.close();
  }
}

async function findProblem(read: (path: string) => Promise<unknown>): Promise<string | undefined> {
  await read("/readyz");
  const { items } = (await read("/api/v1/nodes")) as { items: KubeNode[] };
  if (items.length === 0) return "there is no node";
  const problem = items.map(nodeProblem).find((each) => each !== undefined);
  if (problem !== undefined) return problem;
  await read("/api/v1/namespaces/default/serviceaccounts/default");
  const { items: services } = (await read("/apis/apiregistration.k8s.io/v1/apiservices")) as { items: ApiService[] };
  return services.map(apiServiceProblem).find((each) => each !== undefined);
}

function apiServiceProblem({ metadata, status }: ApiService): string | undefined {
  const available = status?.conditions?.find(({ type }) => type === "Available");
  if (available?.status === "True") return undefined;
  return `APIService ${metadata.name} is not available: ${available?.message ?? "it has not been asked yet"}`;
}
