import { describe, expect, it } from "vitest";
import { danglingIn, manifestOf, object, workload } from "../../helpers/dangling-in.ts";

const claim = (name: string, spec: object = {}) => object("v1", "PersistentVolumeClaim", name, { spec });
const secret = (type?: string) => object("v1", "Secret", "pier-pull", type === undefined ? {} : { type });

describe("the source of a claim", () => {
  it.each(["dataSource", "dataSourceRef"])("is a claim that exists: %s", (field) => {
    const copy = (name: string) => claim("pier-copy", { [field]: { kind: "PersistentVolumeClaim", name } });
    expect(danglingIn(manifestOf(claim("pier-data"), copy("pier-backup")))).toMatchObject([
      { severity: "warning", reason: "NoSuchClaim", field: `spec.${field}.name` },
    ]);
    expect(danglingIn(manifestOf(claim("pier-data"), copy("pier-data")))).toEqual([]);
    expect(danglingIn(manifestOf(claim("pier-files"), copy("pier-flies")))).toMatchObject([{ severity: "error" }]);
  });

  it("is a snapshot that exists, also in a StatefulSet", () => {
    const snapshot = { apiGroup: "snapshot.storage.k8s.io", kind: "VolumeSnapshot", name: "pier-backup" };
    const set = workload(
      "pier",
      { spec: { volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { dataSource: snapshot } }] } },
      "StatefulSet",
    );
    expect(danglingIn(manifestOf(set))).toMatchObject([
      { severity: "warning", reason: "NoSuchClaim", field: "spec.volumeClaimTemplates[0].spec.dataSource.name" },
    ]);
    const made = object("snapshot.storage.k8s.io/v1", "VolumeSnapshot", "pier-backup");
    expect(danglingIn(manifestOf(set, made))).toEqual([]);
  });

  it("may be of a kind that only its provisioner knows", () => {
    const source = { apiGroup: "example.com", kind: "Picture", name: "pier-picture" };
    expect(danglingIn(manifestOf(claim("pier-data", { dataSourceRef: source })))).toEqual([]);
  });
});

describe("a claim of a device", () => {
  it("is one of the chart when it is misspelt; an installation shows the others", () => {
    const pod = (name: string) =>
      workload("pier", { pod: { resourceClaims: [{ name: "gpu", resourceClaimName: name }] } });
    const device = object("resource.k8s.io/v1", "ResourceClaim", "pier-device");
    expect(danglingIn(manifestOf(device, pod("pier-devise")))).toMatchObject([
      { reason: "NoSuchClaim", field: "spec.template.spec.resourceClaims[0].resourceClaimName" },
    ]);
    expect(danglingIn(manifestOf(device, pod("pier-device")))).toEqual([]);
    expect(danglingIn(manifestOf(device, pod("other")))).toEqual([]);
  });
});

describe("an image pull secret of the chart", () => {
  it("has a type that kubelets read", () => {
    const web = workload("pier", { pod: { imagePullSecrets: [{ name: "pier-pull" }] } });
    const account = { ...object("v1", "ServiceAccount", "pier"), imagePullSecrets: [{ name: "pier-pull" }] };
    expect(danglingIn(manifestOf(secret("Opaque"), web))).toMatchObject([
      {
        severity: "warning",
        reason: "WrongSecretType",
        field: "spec.template.spec.imagePullSecrets[0].name",
        message: 'Secret "pier-pull" has the type Opaque: kubelets ignore it when they pull images',
      },
    ]);
    expect(danglingIn(manifestOf(secret(), account))).toMatchObject([{ field: "imagePullSecrets[0].name" }]);
    for (const type of ["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"]) {
      expect(danglingIn(manifestOf(secret(type), web, account))).toEqual([]);
    }
  });
});

describe("two PodDisruptionBudgets", () => {
  const budget = (name: string, selector?: object) =>
    object("policy/v1", "PodDisruptionBudget", name, { spec: { maxUnavailable: 1, ...(selector && { selector }) } });
  const app = (name: string) => ({ matchLabels: { app: name } });

  it("of the same Pods prevent their eviction", () => {
    for (const selector of [app("pier"), {}, { matchExpressions: [{ key: "app", operator: "Exists" }] }]) {
      expect(
        danglingIn(manifestOf(workload("pier"), budget("one", app("pier")), budget("two", selector))),
      ).toMatchObject([
        {
          severity: "warning",
          reason: "CoveredTwice",
          field: "spec.selector",
          object: { name: "two" },
          message: expect.stringContaining("the Pods of Deployment pier have another PodDisruptionBudget, one: "),
        },
      ]);
    }
  });

  it("of different Pods, or without a selector, are right", () => {
    const other = workload("other", { labels: { app: "other" } });
    expect(
      danglingIn(manifestOf(workload("pier"), other, budget("one", app("pier")), budget("two", app("other")))),
    ).toEqual([]);
    expect(danglingIn(manifestOf(workload("pier"), budget("one", app("pier")), budget("two")))).toEqual([]);
  });
});

describe("what an autoscaler names besides its target", () => {
  const target = { apiVersion: "apps/v1", kind: "Deployment", name: "pier" };
  it("is an object that exists, as the source of a metric", () => {
    const scaler = (described: object) =>
      object("autoscaling/v2", "HorizontalPodAutoscaler", "pier", {
        spec: { scaleTargetRef: target, metrics: [{ type: "Object", object: { describedObject: described } }] },
      });
    const ingress = (name: string) => ({ apiVersion: "networking.k8s.io/v1", kind: "Ingress", name });
    expect(danglingIn(manifestOf(workload("pier"), scaler(ingress("pier"))))).toMatchObject([
      { severity: "error", reason: "NoSuchTarget", field: "spec.metrics[0].object.describedObject.name" },
    ]);
    const made = object("networking.k8s.io/v1", "Ingress", "pier");
    expect(danglingIn(manifestOf(workload("pier"), made, scaler(ingress("pier"))))).toEqual([]);
    const node = { apiVersion: "v1", kind: "Node", name: "pier" };
    expect(danglingIn(manifestOf(workload("pier"), scaler(node)))).toEqual([]);
  });

  it("is a container of the Pods, unless a webhook may add it", () => {
    const scaler = (containerName: string) =>
      object("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", "pier", {
        spec: { targetRef: target, resourcePolicy: { containerPolicies: [{ containerName }] } },
      });
    const web = workload("pier", { container: { name: "server" } });
    expect(danglingIn(manifestOf(web, scaler("sever")))).toMatchObject([
      { reason: "NoSuchContainer", field: "spec.resourcePolicy.containerPolicies[0].containerName" },
    ]);
    for (const name of ["server", "*", "istio-proxy"]) expect(danglingIn(manifestOf(web, scaler(name)))).toEqual([]);
  });
});
