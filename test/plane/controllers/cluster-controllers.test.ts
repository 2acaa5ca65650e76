import { currentControlPlane, given, simulate } from "seatrial";
import { describe, expect, it, onTestFinished } from "vitest";
import { LONG, podSpec, selecting, workloads } from "../../helpers/workloads.ts";

const { kube } = currentControlPlane();

describe("a namespace", () => {
  it("is removed with all that is in it", async () => {
    const home = await workloads();
    await home.create("Deployment", "web", selecting("web", podSpec(), { replicas: 2 }));
    await expect.poll(async () => (await home.get("Deployment", "web"))?.status?.availableReplicas, LONG).toBe(2);
    await home[Symbol.asyncDispose]();
    expect(await kube.get({ apiVersion: "v1", kind: "Namespace", name: home.namespace })).toBeUndefined();
    expect(await home.list("Pod")).toEqual([]);
  });
});

describe("controllers", () => {
  it("act as accounts of their own, by which policies know them", async () => {
    await using home = await workloads();
    const apiVersion = "admissionregistration.k8s.io/v1";
    const metadata = { name: `user-of-${home.namespace}` };
    const account = "system:serviceaccount:kube-system:replicaset-controller";
    const matchConstraints = {
      resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": home.namespace } },
    };
    const validations = [{ expression: `request.userInfo.username == "${account}"` }];
    const policy = {
      apiVersion,
      kind: "ValidatingAdmissionPolicy",
      metadata,
      spec: { matchConstraints, validations },
    };
    const spec = { policyName: metadata.name, validationActions: ["Deny"] };
    const binding = { apiVersion, kind: "ValidatingAdmissionPolicyBinding", metadata, spec };
    await using _policy = await given([policy, binding]);
    await home.create("Deployment", "web", selecting("web"));
    await expect.poll(() => home.list("Pod"), LONG).toHaveLength(1);
    await expect(home.create("Pod", "by-hand", { spec: podSpec() })).rejects.toThrow("failed expression");
  });
});

describe("garbage collection", () => {
  it("removes in the background what belongs to an object that is gone", async () => {
    await using home = await workloads();
    await home.create("Deployment", "web", selecting("web", podSpec(), { replicas: 2 }));
    await expect.poll(() => home.list("Pod"), LONG).toHaveLength(2);
    await home.remove("Deployment", "web", { propagationPolicy: "Background" });
    expect(await home.get("Deployment", "web")).toBeUndefined();
    await expect.poll(() => home.list("ReplicaSet"), LONG).toEqual([]);
    await expect.poll(() => home.list("Pod"), LONG).toEqual([]);
  });

  it("keeps an object in the foreground until what blocks it is gone", async () => {
    await using home = await workloads();
    const owner = await home.create("ConfigMap", "owner", {});
    const { uid = "" } = owner.metadata;
    const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: "owner", uid, blockOwnerDeletion: true }];
    const finalizers = ["example.com/keep"];
    await home.create("ConfigMap", "owned", {}, { ownerReferences, finalizers });
    const free = () => home.patch("ConfigMap", "owned", { metadata: { finalizers: null } }).catch(() => undefined);
    onTestFinished(async () => void (await free()));
    await home.remove("ConfigMap", "owner", { propagationPolicy: "Foreground" });
    const deletedAt = async () => (await home.get("ConfigMap", "owned"))?.metadata.deletionTimestamp;
    await expect.poll(deletedAt, LONG).toBeDefined();
    expect((await home.get("ConfigMap", "owner"))?.metadata.finalizers).toEqual(["foregroundDeletion"]);
    await free();
    await expect.poll(() => home.get("ConfigMap", "owner"), LONG).toBeUndefined();
    expect(await home.get("ConfigMap", "owned")).toBeUndefined();
  });

  it("leaves orphans", async () => {
    await using home = await workloads();
    await home.create("Deployment", "web", selecting("web"));
    await expect.poll(() => home.list("Pod"), LONG).toHaveLength(1);
    await home.remove("Deployment", "web", { propagationPolicy: "Orphan" });
    await expect.poll(() => home.get("Deployment", "web"), LONG).toBeUndefined();
    const [set] = await home.list("ReplicaSet");
    expect(set).toBeDefined();
    expect(set?.metadata.ownerReferences).toBeUndefined();
  });
});

describe("a quota", () => {
  it("refuses what is too much, and is freed by what goes", async () => {
    await using home = await workloads();
    await home.create("ResourceQuota", "small", { spec: { hard: { pods: "1" } } });
    const used = async () => (await home.get("ResourceQuota", "small"))?.status?.used?.pods;
    await expect.poll(used, LONG).toBe("0");
    await home.create("Pod", "one", { spec: podSpec() });
    await expect(home.create("Pod", "two", { spec: podSpec() })).rejects.toThrow(/exceeded quota: small/);
    await home.remove("Pod", "one");
    // Admission has a copy of the quota, which may be a moment behind.
    const isAdmitted = () => home.create("Pod", "two", { spec: podSpec() }).then(Boolean, () => false);
    await expect.poll(isAdmitted, LONG).toBe(true);
    await expect.poll(used, LONG).toBe("1");
  });
});

describe("an EndpointSlice", () => {
  it("says which Pods are ready", async () => {
    await using home = await workloads();
    await home.create("Service", "web", { spec: { selector: { app: "web" }, ports: [{ port: 80 }] } });
    const never = await simulate({ namespace: home.namespace }, { pod: "two", neverReady: true });
    for (const name of ["one", "two"]) await home.create("Pod", name, { spec: podSpec() }, { labels: { app: "web" } });
    const ready = async () => {
      const slices = await home.list("EndpointSlice", "kubernetes.io/service-name=web");
      const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
      return Object.fromEntries(endpoints.map(({ targetRef, conditions }) => [targetRef?.name, conditions?.ready]));
    };
    await expect.poll(ready, LONG).toEqual({ one: true, two: false });
    await never.stop();
    await expect.poll(ready, LONG).toEqual({ one: true, two: true });
    await home.remove("Pod", "one");
    await expect.poll(ready, LONG).toEqual({ two: true });
  });
});

describe("a PodDisruptionBudget", () => {
  it("counts healthy Pods and the disruptions that they allow", async () => {
    await using home = await workloads();
    const selector = { matchLabels: { app: "web" } };
    await home.create("PodDisruptionBudget", "web", { spec: { minAvailable: 2, selector } });
    await home.create("Deployment", "web", selecting("web", podSpec(), { replicas: 3 }));
    const status = async () => (await home.get("PodDisruptionBudget", "web"))?.status;
    await expect.poll(status, LONG).toMatchObject({ currentHealthy: 3, desiredHealthy: 2, disruptionsAllowed: 1 });
    await home.patch("Deployment", "web", { spec: { replicas: 2 } });
    await expect.poll(status, LONG).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 0 });
  });
});

describe("a HorizontalPodAutoscaler", () => {
  const target = (minReplicas: number) => ({
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, minReplicas, maxReplicas: 3 },
  });

  it("is refused when it can hold no number", async () => {
    await using home = await workloads();
    await expect(home.create("HorizontalPodAutoscaler", "web", target(4))).rejects.toThrow(/maxReplicas/);
  });

  it("says that there are no metrics", async () => {
    await using home = await workloads();
    await home.create("Deployment", "web", selecting("web"));
    await home.create("HorizontalPodAutoscaler", "web", target(2));
    const conditions = async () => (await home.get("HorizontalPodAutoscaler", "web"))?.status?.conditions ?? [];
    const inactive = expect.objectContaining({ type: "ScalingActive", status: "False" });
    await expect.poll(conditions, LONG).toContainEqual(inactive);
  });
});

describe("the scheduler", () => {
  const unscheduled = { type: "PodScheduled", status: "False", reason: "Unschedulable" };

  it("says why a Pod fits nowhere", async () => {
    await using home = await workloads();
    await home.create("Pod", "picky", { spec: podSpec({ nodeSelector: { disk: "none" } }) });
    const conditions = async () => (await home.get("Pod", "picky"))?.status?.conditions ?? [];
    const message = expect.stringMatching(/^0\/3 nodes are available: 3 node\(s\) didn't match Pod's node affinity/);
    await expect.poll(conditions, LONG).toContainEqual(expect.objectContaining({ ...unscheduled, message }));
  });

  it("keeps apart what must not be together", async () => {
    await using home = await workloads();
    const labelSelector = { matchLabels: { app: "web" } };
    const term = { topologyKey: "topology.kubernetes.io/zone", labelSelector };
    const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    await home.create("Deployment", "web", selecting("web", podSpec({ affinity }), { replicas: 4 }));
    await expect.poll(async () => (await home.get("Deployment", "web"))?.status?.readyReplicas, LONG).toBe(3);
    const nodes = (await home.list("Pod")).map(({ spec }) => spec.nodeName ?? "none").sort();
    expect(nodes).toEqual(["node-1", "node-2", "node-3", "none"]);
  });

  it("spreads Pods over zones", async () => {
    await using home = await workloads();
    const labelSelector = { matchLabels: { app: "web" } };
    const topologyKey = "topology.kubernetes.io/zone";
    const constraint = { maxSkew: 1, topologyKey, whenUnsatisfiable: "DoNotSchedule", labelSelector };
    const spec = podSpec({ topologySpreadConstraints: [constraint] });
    await home.create("Deployment", "web", selecting("web", spec, { replicas: 6 }));
    await expect.poll(async () => (await home.get("Deployment", "web"))?.status?.readyReplicas, LONG).toBe(6);
    const nodes = (await home.list("Pod")).map(({ spec }) => spec.nodeName).sort();
    expect(nodes).toEqual(["node-1", "node-1", "node-2", "node-2", "node-3", "node-3"]);
  });
});
