import { currentControlPlane, dryRunChart, installChart, type KubeObject, templateChart } from "seatrial";
import { describe, expect, it } from "vitest";

const chart = "charts/store";
const replicated = `${chart}/ci/replicated-values.yaml`;

function password(secret: KubeObject): string {
  const { password = "" } = secret.data as { password?: string };
  return Buffer.from(password, "base64").toString();
}

function claims(namespace: string) {
  return currentControlPlane().kube.list("v1", "PersistentVolumeClaim", { namespace });
}

async function claimNames(namespace: string) {
  return (await claims(namespace)).map((claim) => claim.metadata.name).sort();
}

describe("the password of a store", () => {
  it("is generated at the first install and kept over upgrades", async () => {
    await using release = await installChart(chart);
    const first = password(await release.get("Secret", "store"));
    expect(first).toMatch(/^[A-Za-z0-9]{32}$/);

    await release.upgrade({ values: { image: { tag: "8.1.5" } } });
    expect(password(await release.get("Secret", "store"))).toBe(first);
    expect(release.revision).toBe(2);
  });

  it("differs between two releases", async () => {
    await using one = await installChart(chart);
    await using other = await installChart(chart);

    expect(password(await one.get("Secret", "store"))).not.toBe(password(await other.get("Secret", "store")));
  });

  it("is the one that the values give", async () => {
    await using release = await installChart(chart, { values: { auth: { password: "correct horse" } } });

    expect(password(await release.get("Secret", "store"))).toBe("correct horse");
  });

  it("comes from a Secret of the user when one is named", async () => {
    const result = await templateChart(chart, { values: { auth: { existingSecret: "vault" } } });

    expect(result.all("Secret")).toEqual([]);
    const valueFrom = { secretKeyRef: { name: "vault", key: "password" } };
    expect(result.get("StatefulSet", "store").spec).toMatchObject({
      template: { spec: { containers: [{ env: [{ name: "VALKEY_PASSWORD", valueFrom }] }] } },
    });
  });
});

describe("the claims of a store", () => {
  it("are made by the StatefulSet controller, one for each pod", async () => {
    await using release = await installChart(chart, { values: replicated });

    await expect.poll(() => claimNames(release.namespace)).toEqual(["data-store-0", "data-store-1", "data-store-2"]);
    for (const claim of await claims(release.namespace)) {
      expect(claim).toMatchObject({
        metadata: { labels: { "app.kubernetes.io/name": "store", "app.kubernetes.io/instance": "store" } },
        spec: {
          storageClassName: "standard-immediate",
          accessModes: ["ReadWriteOnce"],
          volumeMode: "Filesystem",
          resources: { requests: { storage: "10Gi" } },
        },
      });
    }
  });

  it("are bound when the pods are ready, and their volumes go with them", async () => {
    await using release = await installChart(chart, { values: replicated, wait: true, timeout: "1m" });
    expect((await release.get("StatefulSet", "store")).status).toMatchObject({ readyReplicas: 3 });
    const volumes = (await claims(release.namespace)).map(({ spec }) => (spec as { volumeName: string }).volumeName);
    expect(new Set(volumes).size).toBe(3);

    await release.uninstall();
    const { kube } = release.controlPlane;
    const left = async () => {
      const found = await kube.list("v1", "PersistentVolume");
      return found.filter(({ metadata }) => volumes.includes(metadata.name ?? ""));
    };
    await expect.poll(left, { timeout: 20_000 }).toEqual([]);
  });

  it("are deleted with the release if the values say so", async () => {
    await using release = await installChart(chart, { values: replicated });
    // The controller adds its owner reference to the claims before they are deleted.
    await expect
      .poll(async () => (await claims(release.namespace)).map((claim) => claim.metadata.ownerReferences?.[0]?.kind), {
        timeout: 10_000,
      })
      .toEqual(["StatefulSet", "StatefulSet", "StatefulSet"]);

    await release.uninstall();
    await expect.poll(() => claimNames(release.namespace), { timeout: 10_000 }).toEqual([]);
  });

  it("cannot grow with an upgrade, which a dry run reports before anything changes", async () => {
    await using release = await installChart(chart);

    const result = await dryRunChart(chart, {
      values: { persistence: { size: "2Gi" } },
      namespace: release.namespace,
      releaseName: release.name,
    });
    expect(result.operation).toBe("upgrade");
    const field = "spec.volumeClaimTemplates[0].spec.resources.requests.storage";
    expect(result).toBeRejected({ kind: "StatefulSet", reason: "Invalid", field });
    expect(release.revision).toBe(1);
  });

  it("do not exist without persistence", async () => {
    const result = await templateChart(chart, { values: `${chart}/ci/ephemeral-values.yaml` });

    expect(result.get("StatefulSet", "store").spec).not.toHaveProperty("volumeClaimTemplates");
    expect(result.get("StatefulSet", "store").spec).toMatchObject({
      template: { spec: { volumes: [{ name: "config" }, { name: "data", emptyDir: { sizeLimit: "256Mi" } }] } },
    });
  });
});

describe("a store release", () => {
  it("gives its pods names of their own through a headless Service", async () => {
    await using release = await installChart(chart);

    expect(await release.get("StatefulSet", "store")).toMatchObject({ spec: { serviceName: "store-headless" } });
    expect(await release.get("Service", "store-headless")).toMatchObject({
      spec: { clusterIP: "None", publishNotReadyAddresses: true },
    });
    expect((await release.get("Service", "store")).spec.clusterIP).toMatch(/^\d+(\.\d+){3}$/);
  });

  it("has its disruption budget counted by the controller", async () => {
    await using release = await installChart(chart, { values: replicated });

    await expect
      .poll(() => release.get("PodDisruptionBudget", "store"), { timeout: 10_000 })
      .toMatchObject({ status: { expectedPods: 3, desiredHealthy: 2 } });
  });

  it("restarts its pods for a new configuration, and takes it back with a rollback", async () => {
    await using release = await installChart(chart);
    const before = await release.get("StatefulSet", "store");

    await release.upgrade({ values: { config: { maxMemoryPolicy: "allkeys-lfu" } } });
    const after = await release.get("StatefulSet", "store");
    expect(after.spec.template.metadata?.annotations).not.toEqual(before.spec.template.metadata?.annotations);

    await release.rollback();
    expect((await release.get("StatefulSet", "store")).spec).toEqual(before.spec);
    expect(await release.get("ConfigMap", "store")).toMatchObject({
      data: { "valkey.conf": expect.stringContaining("maxmemory-policy noeviction\n") },
    });
  });

  it("keeps its name short enough for the labels of its pods", async () => {
    const releaseName = "a-release-whose-name-is-as-long-as-helm-allows-it-53c";
    const result = await dryRunChart(chart, { releaseName });

    expect(result).toBeAccepted();
    const [statefulSet] = result.objects.filter((object) => object.kind === "StatefulSet");
    expect(statefulSet?.metadata.name?.length).toBeLessThanOrEqual(52);
  });
});
