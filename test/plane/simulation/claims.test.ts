import { type ClusterError, currentControlPlane, installChart } from "seatrial";
import { describe, expect, it, onTestFinished } from "vitest";
import { writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";
import { LONG, podSpec, template, workloads } from "../../helpers/workloads.ts";

const { kube } = currentControlPlane();
const claimOf = (storageClassName: string, more: object = {}) => ({
  spec: { storageClassName, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...more },
});

describe("a claim", () => {
  it("stays Pending when nothing provisions it, and names the provisioner that it waits for", async () => {
    await using objects = await workloads();
    const name = `of-${objects.namespace}`;
    const kind = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass" };
    onTestFinished(async () => void (await kube.delete({ ...kind, name })));
    await kube.create({ ...kind, metadata: { name }, provisioner: "example.com/nobody" });
    await objects.create("PersistentVolumeClaim", "data", claimOf(name));
    const events = async () =>
      (await kube.list("v1", "Event", { namespace: objects.namespace })).filter(
        ({ involvedObject }) => (involvedObject as { name?: string }).name === "data",
      );
    const message = expect.stringContaining("'example.com/nobody'");
    await expect
      .poll(events, LONG)
      .toContainEqual(expect.objectContaining({ reason: "ExternalProvisioning", message }));
    expect((await objects.get("PersistentVolumeClaim", "data"))?.status?.phase).toBe("Pending");
  });

  it.each([
    { of: "ReadWriteMany", more: { accessModes: ["ReadWriteMany"] }, uses: "volumeMounts", at: { mountPath: "/data" } },
    { of: "a block device", more: { volumeMode: "Block" }, uses: "volumeDevices", at: { devicePath: "/dev/data" } },
  ])("of $of is bound as requested, and Pods use it", async ({ more, uses, at }) => {
    await using objects = await workloads();
    await objects.create("PersistentVolumeClaim", "data", claimOf("standard", more));
    const container = { name: "app", image: "example.com/app:1", [uses]: [{ name: "data", ...at }] };
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
    for (const name of ["one", "two"])
      await objects.create("Pod", name, { spec: podSpec({ containers: [container], volumes }) });
    const running = async () => (await objects.list("Pod")).filter(({ status }) => status?.phase === "Running");
    await expect.poll(running, LONG).toHaveLength(2);
    const claim = await objects.get("PersistentVolumeClaim", "data");
    expect(claim).toMatchObject({ spec: more, status: { phase: "Bound" } });
    const name = claim?.spec.volumeName ?? "";
    expect(await kube.get({ apiVersion: "v1", kind: "PersistentVolume", name })).toMatchObject({ spec: more });
  });
});

describe("a Pod whose claim cannot be mounted", () => {
  const container = { name: "app", image: "example.com/app:1", volumeMounts: [{ name: "data", mountPath: "/data" }] };
  const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];

  it.each([
    {
      why: "it bypasses the scheduler",
      claim: {},
      pod: { nodeName: "node-1" },
      says: "PVC is not bound",
      timeout: "8s",
    },
    {
      why: "it mounts a block device",
      claim: { volumeMode: "Block" },
      pod: {},
      says: "volume data has volumeMode Block, but is specified in volumeMounts",
      timeout: "5m",
    },
  ])("because $why is reported with the reason", async ({ claim, pod, says, timeout }) => {
    const chart = await writeChart({
      "templates/a.yaml": template("PersistentVolumeClaim", "data", claimOf("standard", claim)),
      "templates/b.yaml": template("Pod", "web", { spec: podSpec({ containers: [container], volumes, ...pod }) }),
    });
    const error = await rejectionOf<ClusterError>(installChart(chart, { wait: true, timeout }));
    expect(error.code).toBe("SEATRIAL_NOT_READY");
    expect(error.message).toMatch(new RegExp(`Pod .*web.*${says}`));
  });
});
