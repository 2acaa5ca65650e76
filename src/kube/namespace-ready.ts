import type { KubeClient } from "./kube-client.ts";
import { type KubeWaitOptions, waitForObject } from "./wait.ts";

/**
 * Resolves when controllers have made what each Pod of a new namespace needs: the default ServiceAccount, and the ConfigMap
 * with the API server's certificate. Rejects with `SEATRIAL_TIMEOUT`.
 */
export async function waitForNamespace(kube: KubeClient, namespace: string, options: KubeWaitOptions): Promise<void> {
  const made = (kind: string, name: string, what: string) => {
    const waitingFor = `${what} of namespace ${namespace}`;
    return waitForObject(kube, { apiVersion: "v1", kind, namespace, name }, () => true, { ...options, waitingFor });
  };
  await Promise.all([
    made("ServiceAccount", "default", "the default ServiceAccount"),
    made("ConfigMap", "kube-root-ca.crt", "the ConfigMap kube-root-ca.crt"),
  ]);
}
