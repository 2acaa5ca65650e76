import { onTestFinished } from "vitest";
import { currentControlPlane } from "../../src/plane/current.ts";
import { pollUntil } from "../../src/util/poll.ts";
import { podSpec } from "./workloads.ts";

/**
 * A namespace whose quota `small` allows no Pod, removed when the test has finished. Resolves with its name when admission
 * enforces the quota: the API server learns of a new one a moment later, and Pods that come before pass.
 */
export async function namespaceWithoutPods(): Promise<string> {
  const { kube, namespace } = currentControlPlane();
  const { name, remove } = await namespace();
  onTestFinished(remove);
  const metadata = { name: "small", namespace: name };
  await kube.create({ apiVersion: "v1", kind: "ResourceQuota", metadata, spec: { hard: { pods: "0" } } });
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "probe", namespace: name }, spec: podSpec() };
  const isRefused = () =>
    kube.create(pod, { dryRun: true }).then(
      () => undefined,
      (error: Error) => (error.message.includes("exceeded quota: small") ? true : undefined),
    );
  await pollUntil(isRefused, { timeoutMs: 30_000, waitingFor: "the quota to be enforced" });
  return name;
}
