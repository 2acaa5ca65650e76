import { currentControlPlane, installChart, type KubeObject } from "seatrial";
import { describe, expect, it, onTestFinished } from "vitest";
import { waitForObject } from "../../../src/kube/wait.ts";
import { writeChart } from "../../helpers/charts/write-chart.ts";

const plane = currentControlPlane();
const { kube } = plane;
const group = `m${process.pid}.example.com`;
const ref = { apiVersion: "apiregistration.k8s.io/v1", kind: "APIService", name: `v1.${group}` };
const chartFiles = {
  "templates/service.yaml": `apiVersion: v1
kind: Service
metadata: { name: metrics }
spec: { ports: [{ port: 443 }] }
`,
  // An endpoint that is ready: without one, the API server does not even try.
  "templates/endpoints.yaml": `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: metrics-1, labels: { kubernetes.io/service-name: metrics } }
addressType: IPv4
ports: [{ name: "", port: 8443, protocol: TCP }]
endpoints: [{ addresses: [10.0.0.1], conditions: { ready: true } }]
`,
  "templates/apiservice.yaml": `apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1.${group} }
spec:
  group: ${group}
  version: v1
  groupPriorityMinimum: 100
  versionPriority: 100
  insecureSkipTLSVerify: true
  service: { name: metrics, namespace: {{ .Release.Namespace }} }
`,
};

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

const available = (object: KubeObject) =>
  ((object.status as { conditions?: Condition[] } | undefined)?.conditions ?? []).find(
    ({ type }) => type === "Available",
  );

describe("an APIService whose backend is a Service", () => {
  it("is not available, and says that its backend is simulated", async () => {
    await using _release = await installChart(await writeChart(chartFiles, "metrics"));
    const object = await waitForObject(kube, ref, (each) => available(each)?.reason === "FailedDiscoveryCheck", {
      timeoutMs: 20_000,
      waitingFor: "the APIService's condition",
    });

    expect(available(object)).toMatchObject({
      status: "False",
      message: expect.stringContaining("is simulated: nothing serves this API"),
    });
  });

  it("delays neither discovery nor another chart", async () => {
    await using _release = await installChart(await writeChart(chartFiles, "metrics"));
    kube.discovery.invalidate();
    const kinds = await kube.discovery.all();
    expect(kinds.map(({ kind }) => kind)).toContain("Deployment");
    await using web = await installChart("charts/web");
    expect(await web.get("Deployment", "web")).toBeDefined();
  });

  it("does not prevent the removal of a namespace", async () => {
    await using _release = await installChart(await writeChart(chartFiles, "metrics"));
    const namespace = await plane.namespace();
    await kube.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: namespace.name } });
    await namespace.remove();
    expect(await kube.get({ apiVersion: "v1", kind: "Namespace", name: namespace.name })).toBeUndefined();
  });
});

describe("the removal of a namespace", () => {
  it.each([
    { kind: "PersistentVolumeClaim", finalizer: "kubernetes.io/pvc-protection" },
    { kind: "Service", finalizer: "service.kubernetes.io/load-balancer-cleanup" },
    { kind: "Pod", finalizer: "batch.kubernetes.io/job-tracking" },
    { kind: "ConfigMap", finalizer: "foregroundDeletion" },
    { kind: "ConfigMap", finalizer: "orphan" },
  ])("is not blocked by a $kind with the finalizer $finalizer", async ({ kind, finalizer }) => {
    const namespace = await plane.namespace();
    const specs: Record<string, object> = {
      PersistentVolumeClaim: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      Service: { type: "LoadBalancer", ports: [{ port: 80 }] },
      Pod: { containers: [{ name: "a", image: "example/a" }] },
    };
    const spec = specs[kind];
    const metadata = { name: "held", namespace: namespace.name, finalizers: [finalizer] };
    await kube.create({ apiVersion: "v1", kind, metadata, ...(spec === undefined ? {} : { spec }) });
    await namespace.remove();
    expect(await kube.get({ apiVersion: "v1", kind: "Namespace", name: namespace.name })).toBeUndefined();
  });

  it("names the object and the finalizer that block it", async () => {
    const namespace = await plane.namespace({ timeoutMs: 500 });
    const held = { apiVersion: "v1", kind: "ConfigMap", name: "held", namespace: namespace.name };
    onTestFinished(async () => {
      await kube.patch(held, { metadata: { finalizers: null } });
    });
    const { apiVersion, kind, ...metadata } = held;
    await kube.create({ apiVersion, kind, metadata: { ...metadata, finalizers: ["example.com/keep"] } });

    await expect(namespace.remove()).rejects.toMatchObject({
      code: "SEATRIAL_NAMESPACE_STUCK",
      message: expect.stringContaining(`ConfigMap ${namespace.name}/held waits for its finalizers: example.com/keep`),
      details: { objects: [{ kind: "ConfigMap", name: "held", finalizers: ["example.com/keep"] }] },
    });
  });
});
