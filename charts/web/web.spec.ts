import { currentControlPlane, dryRunChart, installChart, lintChart, templateChart } from "seatrial";
import { describe, expect, it } from "vitest";

const chart = "charts/web";
const ciCases = ["ci/replicas-values.yaml", "ci/public-values.yaml", "ci/no-access-values.yaml"];

/** Asks the API server whether a ServiceAccount may do something. */
async function isAllowed(account: { namespace: string; name: string }, resourceAttributes: Record<string, string>) {
  const review = await currentControlPlane().kube.create({
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    metadata: {},
    spec: { user: `system:serviceaccount:${account.namespace}:${account.name}`, resourceAttributes },
  });
  return (review.object.status as { allowed: boolean }).allowed;
}

describe("a web release", () => {
  it("is stored with the defaults of the API server", async () => {
    await using release = await installChart(chart, { values: { replicaCount: 2 } });

    expect(await release.get("Deployment", "web")).toMatchObject({
      spec: {
        replicas: 2,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: 0 } },
        template: { spec: { restartPolicy: "Always", dnsPolicy: "ClusterFirst", serviceAccountName: "web" } },
      },
    });
    expect(await release.get("Service", "web")).toMatchObject({
      spec: { type: "ClusterIP", sessionAffinity: "None", ports: [{ name: "http", port: 80, targetPort: "http" }] },
    });
  });

  it("gets a ReplicaSet and its pods from the controllers", async () => {
    await using release = await installChart(chart, { values: { replicaCount: 3 } });
    const { kube } = currentControlPlane();
    const pods = () => kube.list("v1", "Pod", { namespace: release.namespace });

    await expect.poll(async () => (await pods()).length).toBe(3);
    const [replicaSet] = await kube.list("apps/v1", "ReplicaSet", { namespace: release.namespace });
    expect(replicaSet?.metadata.ownerReferences).toMatchObject([{ kind: "Deployment", name: "web", controller: true }]);
    for (const pod of await pods()) {
      expect(pod.metadata.ownerReferences).toMatchObject([{ kind: "ReplicaSet", name: replicaSet?.metadata.name }]);
    }
  });

  it("gets an EndpointSlice for its Service", async () => {
    await using release = await installChart(chart);
    const labelSelector = "kubernetes.io/service-name=web";
    const { kube } = currentControlPlane();

    await expect
      .poll(() => kube.list("discovery.k8s.io/v1", "EndpointSlice", { namespace: release.namespace, labelSelector }))
      .toMatchObject([{ metadata: { ownerReferences: [{ kind: "Service", name: "web" }] } }]);
  });

  it("restarts its pods when the configuration changes, and not otherwise", async () => {
    await using release = await installChart(chart);
    const template = async () => JSON.stringify((await release.get("Deployment", "web")).spec.template);
    const first = await template();

    await release.upgrade({ values: { service: { port: 8080 } } });
    expect(await template()).toBe(first);
    await release.upgrade({ values: { server: { maxBodyBytes: 2097152 } } });
    expect(await template()).not.toBe(first);
  });

  it("is as before after an upgrade and its rollback", async () => {
    await using release = await installChart(chart, { values: { replicaCount: 2 } });
    const before = await release.get("Deployment", "web");

    await release.upgrade({ values: { replicaCount: 5, image: { tag: "1.30.0" } } });
    expect(await release.get("Deployment", "web")).toMatchObject({ spec: { replicas: 5 } });
    await release.rollback();

    expect((await release.get("Deployment", "web")).spec).toEqual(before.spec);
    expect(release.revision).toBe(3);
  });

  it("lets its pods read the ConfigMaps of their own namespace and nothing else", async () => {
    await using release = await installChart(chart);
    const { namespace } = release;
    const account = { namespace, name: "web" };

    for (const verb of ["get", "list", "watch"]) {
      expect(await isAllowed(account, { namespace, verb, resource: "configmaps" })).toBe(true);
    }
    expect(await isAllowed(account, { namespace, verb: "delete", resource: "configmaps" })).toBe(false);
    expect(await isAllowed(account, { namespace, verb: "get", resource: "secrets" })).toBe(false);
    expect(await isAllowed(account, { namespace: "kube-system", verb: "get", resource: "configmaps" })).toBe(false);
  });

  it("runs as the default account without any rights when access is switched off", async () => {
    await using release = await installChart(chart, { values: `${chart}/ci/no-access-values.yaml` });
    const { namespace } = release;

    expect(await release.get("Deployment", "web")).toMatchObject({
      spec: { template: { spec: { serviceAccountName: "default" } } },
    });
    const account = { namespace, name: "default" };
    expect(await isAllowed(account, { namespace, verb: "get", resource: "configmaps" })).toBe(false);
  });
});

describe("the web chart", () => {
  it("is refused by the API server with a bad port", async () => {
    const result = await dryRunChart(chart, { set: { "service.port": 99999 } });

    expect(result).toBeRejected({ kind: "Service", reason: "Invalid", field: "spec.ports[0].port" });
    expect(result.findings).toHaveLength(1);
    expect(result.findings[0]?.template).toBe("web/templates/service.yaml");
  });

  it.each(ciCases)("is accepted without a warning where pods are restricted, with %s", async (file) => {
    const labels = Object.fromEntries(
      ["enforce", "warn"].map((mode) => [`pod-security.kubernetes.io/${mode}`, "restricted"]),
    );
    await using namespace = await currentControlPlane().namespace({ prefix: "restricted", labels });
    const values = `${chart}/${file}`;

    expect((await lintChart(chart, { values, strict: true })).findings).toEqual([]);
    const result = await dryRunChart(chart, { values, namespace: namespace.name });
    expect(result).toBeAccepted();
    expect(result.warnings).toEqual([]);
  });

  it("leaves the number of replicas to the autoscaler", async () => {
    const result = await templateChart(chart, { values: { replicaCount: 7, autoscaling: { enabled: true } } });

    expect(result.get("Deployment", "web").spec).not.toHaveProperty("replicas");
    expect(result.get("HorizontalPodAutoscaler", "web").spec).toMatchObject({
      minReplicas: 2,
      scaleTargetRef: { kind: "Deployment", name: "web" },
    });
  });

  it("keeps numbers above a million in plain digits", async () => {
    const result = await templateChart(chart, { values: `${chart}/ci/no-access-values.yaml` });

    expect(result.get("ConfigMap", "web").data).toMatchObject({
      "default.conf": expect.stringContaining("client_max_body_size 1073741824;"),
    });
    expect(result.get("Deployment", "web").spec).toMatchObject({
      template: {
        spec: {
          containers: [
            {
              env: [
                { name: "BUILD", value: "1234567" },
                { name: "EXPONENT", value: "1e3" },
                { name: "RATIO", value: "0.25" },
                { name: "VERBOSE", value: "true" },
              ],
            },
          ],
        },
      },
    });
  });

  it("refuses a value that it does not know, and takes what a parent chart says to all its parts", async () => {
    await expect(templateChart(chart, { values: { replicas: 2 } })).toFailTemplate(/'replicas' not allowed/);
    const result = await templateChart(chart, { values: { global: { region: "north" } } });
    expect(result.documents.length).toBeGreaterThan(0);
  });
});
