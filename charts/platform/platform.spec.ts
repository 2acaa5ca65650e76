import { currentControlPlane, dryRunChart, installChart, type KubeObject, lintChart, templateChart } from "seatrial";
import { describe, expect, it } from "vitest";

const chart = "charts/platform";
const production = `${chart}/ci/production-values.yaml`;

function names(objects: KubeObject[]) {
  return objects.map((object) => object.metadata.name).sort();
}

function images(objects: KubeObject[]) {
  return objects.flatMap((object) => JSON.stringify(object).match(/(?<="image":")[^"]+/g) ?? []).sort();
}

describe("the parts of the platform", () => {
  it("are all there by default, two of them from one chart", async () => {
    await using release = await installChart(chart);

    expect(await release.get("Deployment", "platform-api")).toMatchObject({ spec: { replicas: 2 } });
    expect(await release.get("Deployment", "platform-worker")).toMatchObject({ spec: { replicas: 1 } });
    expect(await release.get("Deployment", "platform-cache")).toMatchObject({
      spec: { strategy: { type: "Recreate" } },
    });
  });

  it("are left out when they are switched off", async () => {
    const result = await templateChart(chart, { values: `${chart}/ci/api-only-values.yaml` });

    expect(names(result.all("Deployment"))).toEqual(["platform-api"]);
    expect(result.get("ConfigMap", "platform-environment").data).not.toHaveProperty("CACHE_URL");
  });

  it("disappear from a running release when an upgrade switches them off", async () => {
    await using release = await installChart(chart);
    await release.upgrade({ values: `${chart}/ci/api-only-values.yaml` });

    const deployments = () =>
      currentControlPlane().kube.list("apps/v1", "Deployment", { namespace: release.namespace });
    await expect.poll(async () => names(await deployments())).toEqual(["platform-api"]);
  });

  it("have a Service only where they take calls", async () => {
    const result = await templateChart(chart);

    expect(names(result.all("Service"))).toEqual(["platform-api", "platform-cache"]);
  });

  it("take the registry and the environment from the global values", async () => {
    const result = await templateChart(chart, { values: production });
    const deployments = result.all("Deployment");

    expect(images(deployments)).toEqual([
      "images.example.com/example/platform-api:2026.11",
      "images.example.com/example/platform-worker:2026.11",
      "images.example.com/valkey/valkey:8.1.4",
    ]);
    for (const { metadata } of deployments) {
      expect(metadata.labels).toMatchObject({ "example.com/environment": "production" });
    }
  });

  it("are named in Chart.yaml and lie in charts/, so that nothing is downloaded", async () => {
    const { helm } = currentControlPlane();
    const dependencies = await helm.dependencyList({ chart: `${process.cwd()}/${chart}` });

    expect(dependencies.map(({ name, status }) => ({ name, status }))).toEqual([
      { name: "backend", status: "unpacked" },
      { name: "backend", status: "unpacked" },
      { name: "cache", status: "unpacked" },
    ]);
  });
});

describe("the values of the platform", () => {
  it("are checked by its own schema", async () => {
    await expect(templateChart(chart, { values: { global: { environment: "moon" } } })).toFailTemplate(
      /at '\/global\/environment': value must be one of/,
    );
  });

  it("are checked by the schemas of its parts", async () => {
    await expect(templateChart(chart, { values: { worker: { replicas: 3 } } })).toFailTemplate(
      /'replicas' not allowed/,
    );
  });

  it("pass lint and the API server with everything switched on", async () => {
    expect((await lintChart(chart, { values: production, strict: true })).findings).toEqual([]);
    expect(await dryRunChart(chart, { values: production })).toBeAccepted();
  });
});

describe("the quota of the platform", () => {
  it("is counted by the controller and keeps further pods out", async () => {
    const values = { quota: { enabled: true, pods: "3" }, api: { replicaCount: 5 } };
    await using release = await installChart(chart, { values });

    await expect
      .poll(() => release.get("ResourceQuota", "platform"))
      .toMatchObject({ status: { used: { pods: "3" } } });
    // The quota counts a Pod when it is admitted, a moment before it exists.
    const pods = () => currentControlPlane().kube.list("v1", "Pod", { namespace: release.namespace });
    await expect.poll(pods).toHaveLength(3);
    await expect
      .poll(() => release.get("Deployment", "platform-api"))
      .toMatchObject({
        status: {
          conditions: expect.arrayContaining([
            expect.objectContaining({
              type: "ReplicaFailure",
              reason: "FailedCreate",
              message: expect.stringContaining("exceeded quota: platform"),
            }),
          ]),
        },
      });
  });

  it("gives requests to containers that name none", async () => {
    await using release = await installChart(chart, { values: { quota: { enabled: true } } });
    const pod: KubeObject = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "bare", namespace: release.namespace },
      spec: { containers: [{ name: "bare", image: "busybox:1.37" }] },
    };

    const { object } = await currentControlPlane().kube.create(pod, { dryRun: true });
    expect(object.spec).toMatchObject({ containers: [{ resources: { requests: { cpu: "10m", memory: "32Mi" } } }] });
  });
});
