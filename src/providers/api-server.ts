import { SeatrialError } from "../errors/seatrial-error.ts";
import { KubeTransport } from "../kube/transport.ts";
import { type PollOptions, pollUntil } from "../util/poll.ts";

const REQUEST_TIMEOUT_MS = 5000;

/** Resolves with the version of Kubernetes, such as `v1.35.4`, once the API server is ready. */
export async function waitForApiServer(kubeconfig: string, options: PollOptions): Promise<string> {
  const transport = KubeTransport.fromText(kubeconfig);
  const { signal } = options;
  let lastSeen: string | undefined;
  const probe = async () => {
    try {
      await transport.request({ method: "GET", path: "/readyz", signal, timeoutMs: REQUEST_TIMEOUT_MS });
      const { body } = await transport.request({
        method: "GET",
        path: "/version",
        signal,
        timeoutMs: REQUEST_TIMEOUT_MS,
      });
      return (body as { gitVersion: string }).gitVersion;
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
