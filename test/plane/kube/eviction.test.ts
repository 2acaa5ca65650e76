import { type ClusterError, installChart, type Release, type ValuesObject } from "seatrial";
import { describe, expect, it } from "vitest";
import { rejectionOf } from "../../helpers/rejection-of.ts";
import { LONG } from "../../helpers/workloads.ts";

/** The chart with two Pods, of which `maxUnavailable` may be unavailable, and its budget as the controllers see it. */
async function installWeb(maxUnavailable: number): Promise<Release> {
  const values: ValuesObject = { replicaCount: 2, podDisruptionBudget: { enabled: true, maxUnavailable } };
  const release = await installChart("charts/web", { values, wait: true, timeout: "1m" });
  const status = async () => (await release.get("PodDisruptionBudget", "web")).status;
  await expect.poll(status, LONG).toMatchObject({ currentHealthy: 2, disruptionsAllowed: maxUnavailable });
  return release;
}

describe("evict", () => {
  it("is refused with the reason of the PodDisruptionBudget, and the Pod stays", async () => {
    await using release = await installWeb(0);
    const { kube } = release.controlPlane;
    const before = await release.all("Pod");
    const error = await rejectionOf<ClusterError>(kube.evict(before[0]?.metadata ?? {}));
    expect(error).toMatchObject({ code: "SEATRIAL_REJECTED", statusCode: 429, reason: "TooManyRequests" });
    expect(error.message).toContain("Cannot evict pod as it would violate the pod's disruption budget.");
    const message = "The disruption budget web needs 2 healthy pods and has 2 currently";
    expect(error.causes).toEqual([{ field: undefined, reason: "DisruptionBudget", message }]);
    expect((await release.all("Pod")).map(({ metadata }) => metadata.uid)).toEqual(
      before.map(({ metadata }) => metadata.uid),
    );
  });

  it("removes a Pod that may be evicted, which is replaced; a dry run only asks", async () => {
    await using release = await installWeb(1);
    const { kube } = release.controlPlane;
    const [pod] = await release.all("Pod");
    await kube.evict(pod?.metadata ?? {}, { dryRun: true });
    const uids = async () => (await release.all("Pod")).map(({ metadata }) => metadata.uid);
    expect(await uids()).toContain(pod?.metadata.uid);
    await kube.evict(pod?.metadata ?? {});
    await expect.poll(uids, LONG).not.toContain(pod?.metadata.uid);
    await expect.poll(async () => (await release.get("Deployment", "web")).status?.readyReplicas, LONG).toBe(2);
  });
});
