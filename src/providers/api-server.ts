import { SeatrialError } from "../errors/seatrial-error.ts";
import { KubeTransport } from "../kube/transport.ts";
import { type PollOptions, pollUntil } from "../util/poll.ts";

const REQUEST_TIMEOUT_MS = 5000;

/** Resolves with the version of Kubernetes, such as `v1.35.4`, once the API server is ready. */
export async function waitForApiServer(kubeconfig: string, options: PollOptions): Promise<string> {
  return waitForAnswer(kubeconfig, options, async (get) => {
    await get("/readyz");
    return ((await get("/version")) as { gitVersion: string }).gitVersion;
  });
}

/** Resolves once the controllers have created the ServiceAccount that Pods of the namespace default have. */
export async function waitForServiceAccount(kubeconfig: string, options: PollOptions): Promise<void> {
  await waitForAnswer(kubeconfig, options, (get) => get("/api/v1/namespaces/default/serviceaccounts/default"));
}

async function waitForAnswer<Answer>(
  kubeconfig: string,
  options: PollOptions,
  ask: (get: (path: string) => Promise<unknown>) => Promise<Answer>,
): Promise<Answer> {
  const transport = KubeTransport.fromText(kubeconfig);
  const { signal } = options;
  const get = async (path: string) =>
    (await transport.request({ method: "GET", path, signal, timeoutMs: REQUEST_TIMEOUT_MS })).body;
  let lastSeen: string | undefined;
  const probe = async () => {
    try {
      return await ask(get);
    } catch (error) {
      if (!(error instanceof SeatrialError) || error.code === "SEATRIAL_CANCELLED") throw error;
      lastSeen = error.message.split("\n")[0];
      return undefined;
    }
  };
  try {
    return await pollUntil(probe, { ...options, lastSeen: () => lastSeen });
  } finally {
    transport.close();
  }
}
