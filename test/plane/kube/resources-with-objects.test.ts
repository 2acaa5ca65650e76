import { expect, it } from "vitest";
import { waitForCrd } from "../../../src/kube/crd-ready.ts";
import type { KubeResource } from "../../../src/kube/discovery.ts";
import { type KubeObject, toObjectRef } from "../../../src/kube/object-ref.ts";
import { currentControlPlane } from "../../../src/plane/current.ts";
import { resourcesWithObjects } from "../../../src/plane/resources-with-objects.ts";

const labels = { app: "a" };
const template = { metadata: { labels }, spec: { containers: [{ name: "a", image: "a" }], restartPolicy: "Never" } };
const workload = {
  replicas: 0,
  selector: { matchLabels: labels },
  template: { ...template, spec: { containers: template.spec.containers } },
};
const claim = { devices: { requests: [{ name: "a", exactly: { deviceClassName: "a" } }] } };

// Kubernetes creates a ConfigMap and a ServiceAccount in each namespace.
const ALWAYS_THERE = 2;

// One object of each kind that a user may create in a namespace.
const objects: [apiVersion: string, kind: string, rest?: object][] = [
  ["v1", "ConfigMap"],
  ["v1", "Secret"],
  ["v1", "Service", { spec: { ports: [{ port: 80 }] } }],
  ["v1", "Endpoints"],
  ["v1", "ServiceAccount"],
  [
    "v1",
    "PersistentVolumeClaim",
    { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } },
  ],
  ["v1", "PodTemplate", { template }],
  ["v1", "ReplicationController", { spec: { replicas: 0, selector: labels, template: workload.template } }],
  ["v1", "ResourceQuota", { spec: { hard: { pods: "100" } } }],
  ["v1", "LimitRange", { spec: { limits: [] } }],
  ["v1", "Pod", { spec: template.spec }],
  ["apps/v1", "Deployment", { spec: workload }],
  ["apps/v1", "ReplicaSet", { spec: workload }],
  ["apps/v1", "StatefulSet", { spec: { ...workload, serviceName: "a" } }],
  ["apps/v1", "DaemonSet", { spec: { selector: workload.selector, template: workload.template } }],
  ["apps/v1", "ControllerRevision", { revision: 1, data: {} }],
  ["batch/v1", "Job", { spec: { suspend: true, template: { spec: template.spec } } }],
  [
    "batch/v1",
    "CronJob",
    { spec: { suspend: true, schedule: "0 0 1 1 *", jobTemplate: { spec: { template: { spec: template.spec } } } } },
  ],
  [
    "autoscaling/v2",
    "HorizontalPodAutoscaler",
    { spec: { maxReplicas: 1, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "a" } } },
  ],
  ["networking.k8s.io/v1", "Ingress", { spec: { defaultBackend: { service: { name: "a", port: { number: 80 } } } } }],
  ["networking.k8s.io/v1", "NetworkPolicy", { spec: { podSelector: {} } }],
  ["policy/v1", "PodDisruptionBudget", { spec: { minAvailable: 0, selector: workload.selector } }],
  ["rbac.authorization.k8s.io/v1", "Role", { rules: [] }],
  [
    "rbac.authorization.k8s.io/v1",
    "RoleBinding",
    { roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "a" } },
  ],
  ["coordination.k8s.io/v1", "Lease"],
  ["discovery.k8s.io/v1", "EndpointSlice", { addressType: "IPv4", endpoints: [] }],
  ["storage.k8s.io/v1", "CSIStorageCapacity", { storageClassName: "a" }],
  ["resource.k8s.io/v1", "ResourceClaim", { spec: claim }],
  ["resource.k8s.io/v1", "ResourceClaimTemplate", { spec: { spec: claim } }],
];

it("names each kind of which the namespace has an object, and no other", async () => {
  const { kube, namespace } = currentControlPlane();
  await using home = await namespace();
  for (const [apiVersion, kind, rest = {}] of objects) {
    await kube.apply({ apiVersion, kind, metadata: { name: "a", namespace: home.name }, ...rest } as KubeObject);
  }
  await using empty = await namespace();
  for (const { name } of [home, empty]) {
    const namespaced = (await listable()).filter(({ isNamespaced }) => isNamespaced);
    const found = await namesWithObjects(name, namespaced);
    const lists = await Promise.all(
      namespaced.map(async ({ apiVersion, kind }) => (await kube.list(apiVersion, kind, { namespace: name })).length),
    );
    const filled = namespaced.filter((_, index) => lists[index] !== 0).map(toName);
    expect(found).toEqual(filled);
    expect(objects.filter(([apiVersion, kind]) => found.includes(`${apiVersion} ${kind}`))).toHaveLength(
      name === home.name ? objects.length : ALWAYS_THERE,
    );
  }
});

it("names the cluster-scoped kinds that have objects", async () => {
  const { kube } = currentControlPlane();
  const clusterScoped = (await listable()).filter(({ isNamespaced }) => !isNamespaced);
  const found = await namesWithObjects("default", clusterScoped);
  expect(found).toEqual(
    expect.arrayContaining([
      "v1 Node",
      "v1 Namespace",
      "rbac.authorization.k8s.io/v1 ClusterRole",
      "storage.k8s.io/v1 StorageClass",
      "scheduling.k8s.io/v1 PriorityClass",
      "apiregistration.k8s.io/v1 APIService",
      "networking.k8s.io/v1 ServiceCIDR",
    ]),
  );
  expect(await kube.list("storage.k8s.io/v1", "VolumeAttachment")).toEqual([]);
  expect(found).not.toContain("storage.k8s.io/v1 VolumeAttachment");
});

it("names a kind of a definition once it has an object", async () => {
  const { kube, namespace } = currentControlPlane();
  await using home = await namespace();
  const group = "stored.example.com";
  const crd = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `keptthings.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind: "KeptThing", plural: "keptthings" },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
    },
  } as KubeObject;
  await kube.apply(crd);
  try {
    await waitForCrd(kube, crd, { timeoutMs: 30_000 });
    const type = { apiVersion: `${group}/v1`, kind: "KeptThing" };
    const resource = { ...type, plural: "keptthings", isNamespaced: true, verbs: [] };
    expect(await namesWithObjects(home.name, [resource])).toEqual([]);
    await kube.apply({ ...type, metadata: { name: "a", namespace: home.name } });
    expect(await namesWithObjects(home.name, [resource])).toEqual([`${group}/v1 KeptThing`]);
  } finally {
    await kube.delete(toObjectRef(crd));
  }
});

it("names a kind that another API server may store", async () => {
  const resource = {
    apiVersion: "elsewhere.example.com/v1",
    kind: "Thing",
    plural: "things",
    isNamespaced: true,
    verbs: [],
  };
  expect(await namesWithObjects("default", [resource])).toEqual(["elsewhere.example.com/v1 Thing"]);
});

async function listable(): Promise<KubeResource[]> {
  const all = await currentControlPlane().kube.discovery.all();
  return all.filter(({ verbs, kind }) => verbs.includes("list") && kind !== "ComponentStatus" && kind !== "Event");
}

async function namesWithObjects(namespace: string, resources: readonly KubeResource[]): Promise<string[]> {
  return (await resourcesWithObjects(currentControlPlane(), namespace, resources)).map(toName);
}

function toName({ apiVersion, kind }: KubeResource): string {
  return `${apiVersion} ${kind}`;
}
