import { pollUntil } from "../util/poll.ts";
import type { KubeClient } from "./kube-client.ts";
import type { KubeObject } from "./object-ref.ts";
import { ApiStatusError } from "./status.ts";
import { type KubeWaitOptions, waitForObject } from "./wait.ts";

const CERTIFICATES = "kube-root-ca.crt";
const ASK_AFTER_MS = 500;

/**
 * Resolves when controllers have made what each Pod of a new namespace needs: the default ServiceAccount, and the ConfigMap
 * with the API server's certificate, unless a policy or webhook refuses that. Rejects with `SEATRIAL_TIMEOUT`.
 */
export async function waitForNamespace(kube: KubeClient, namespace: string, options: KubeWaitOptions): Promise<void> {
  const account = { apiVersion: "v1", kind: "ServiceAccount", namespace, name: "default" };
  const waitingFor = `the default ServiceAccount of namespace ${namespace}`;
  await Promise.all([
    waitForObject(kube, account, () => true, { ...options, waitingFor }),
    waitForCertificates(kube, namespace, options),
  ]);
}

async function waitForCertificates(kube: KubeClient, namespace: string, options: KubeWaitOptions): Promise<void> {
  const { signal } = options;
  const ref = { apiVersion: "v1", kind: "ConfigMap", namespace, name: CERTIFICATES };
  const askAt = performance.now() + ASK_AFTER_MS;
  let isRefused: boolean | undefined;
  const probe = async () => {
    if ((await kube.get(ref, { signal, metadataOnly: true })) !== undefined) return true;
    if (isRefused === undefined && performance.now() > askAt)
      isRefused = await isCreationRefused(kube, namespace, signal);
    return isRefused === true ? true : undefined;
  };
  const waitingFor = `the ConfigMap ${CERTIFICATES} of namespace ${namespace}`;
  await pollUntil(probe, { ...options, intervalMs: 25, waitingFor });
}

async function isCreationRefused(
  kube: KubeClient,
  namespace: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const object: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: CERTIFICATES, namespace } };
  try {
    await kube.create(object, { dryRun: true, signal });
    return false;
  } catch (error) {
    if (!(error instanceof ApiStatusError)) throw error;
    // The controller was quicker.
    return error.statusCode !== 409;
  }
}
