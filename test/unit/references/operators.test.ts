import { describe, expect, it } from "vitest";
import { danglingIn, manifestOf, object, service, workload } from "../../helpers/dangling-in.ts";

const web = workload("pier");
const found = (...objects: object[]) =>
  danglingIn(manifestOf(...objects)).map(({ severity, reason, field, message, hint }) => ({
    found: `${severity} ${reason} ${field}`,
    message,
    hint,
  }));

describe("the Service of a Rollout", () => {
  const rollout = (strategy: object) => {
    const { spec } = workload("pier");
    return object("argoproj.io/v1alpha1", "Rollout", "pier", { spec: { ...spec, strategy } });
  };

  it("must exist", () => {
    expect(found(rollout({ canary: { stableService: "pier" } }), service("pier"))).toEqual([]);
    const canary = { canary: { stableService: "pier", canaryService: "pier-canary" } };
    expect(found(rollout(canary), service("pier"))).toMatchObject([
      { found: "error NoSuchService spec.strategy.canary.canaryService" },
    ]);
    expect(found(rollout({ blueGreen: { activeService: "pier-active" } }), service("pier"))).toHaveLength(1);
  });
});

describe("the Gateway of a route", () => {
  const API = "gateway.networking.k8s.io/v1";
  const gateway = object(API, "Gateway", "pier-gw", { spec: { listeners: [{ name: "http", port: 80 }] } });
  const route = (parent: object) => object(API, "HTTPRoute", "pier", { spec: { parentRefs: [parent] } });

  it("is one of the chart, and has the listener", () => {
    expect(found(gateway, route({ name: "pier-gw", sectionName: "http" }))).toEqual([]);
    expect(found(gateway, route({ name: "pier-gateway" }))).toMatchObject([
      { found: "error NoSuchTarget spec.parentRefs[0].name" },
    ]);
    expect(found(gateway, route({ name: "pier-gw", sectionName: "https" }))).toEqual([
      {
        found: "error NoSuchTarget spec.parentRefs[0].sectionName",
        message: 'Gateway "pier-gw" has no listener "https"',
        hint: 'it has "http"',
      },
    ]);
  });

  it("may be one of the cluster, or of another namespace", () => {
    expect(found(route({ name: "pier-gateway" }))).toEqual([]);
    expect(found(gateway, route({ name: "shared" }))).toEqual([]);
    expect(found(gateway, route({ name: "pier-gateway", namespace: "infra" }))).toEqual([]);
  });
});

describe("the host of a mesh", () => {
  const ISTIO = "networking.istio.io/v1";
  const routed = (destination: object) =>
    object(ISTIO, "VirtualService", "pier", { spec: { http: [{ route: [{ destination }] }] } });
  const rule = object(ISTIO, "DestinationRule", "pier", { spec: { host: "pier", subsets: [{ name: "v1" }] } });
  const path = "spec.http[0].route[0].destination";

  it("is a Service that exists, with the port and the subset", () => {
    const right = { host: "pier.bay.svc.cluster.local", port: { number: 80 }, subset: "v1" };
    expect(found(web, service("pier"), rule, routed(right))).toEqual([]);
    expect(found(web, service("pier"), routed({ host: "piers" }))).toMatchObject([
      { found: `error NoSuchService ${path}.host` },
    ]);
    expect(found(web, service("pier"), routed({ host: "pier.bay.svc", port: { number: 8080 } }))).toMatchObject([
      { found: `error NoSuchPort ${path}.port.number` },
    ]);
    expect(found(web, service("pier"), rule, routed({ host: "pier", subset: "v2" }))).toMatchObject([
      { found: `error NoSuchTarget ${path}.subset`, hint: 'it has "v1"' },
    ]);
  });

  it("may be outside of the cluster, and have its subsets elsewhere", () => {
    expect(found(web, service("pier"), routed({ host: "api.example.com" }))).toEqual([]);
    expect(found(web, service("pier"), routed({ host: "pier", subset: "v2" }))).toEqual([]);
  });
});

describe("a name in a custom resource", () => {
  const search = object("elasticsearch.k8s.elastic.co/v1", "Elasticsearch", "pier-search");
  const kibana = (name: string) =>
    object("kibana.k8s.elastic.co/v1", "Kibana", "pier", { spec: { elasticsearchRef: { name } } });

  it("is reported when it differs by a letter or two from an object of the kind that the field names", () => {
    expect(found(search, kibana("pier-saerch"))).toEqual([
      {
        found: "error NoSuchTarget spec.elasticsearchRef.name",
        message: 'Elasticsearch "pier-saerch" does not exist: neither the chart nor the cluster has it',
        hint: 'did you mean "pier-search"?',
      },
    ]);
    expect(found(search, kibana("pier-search"))).toEqual([]);
    expect(found(search, kibana("shared"))).toEqual([]);
  });

  it.each([
    [
      "workflowTemplateRef",
      "WorkflowTemplate",
      { spec: { workflowSpec: { workflowTemplateRef: { name: "pier-reprot" } } } },
    ],
    ["a list", "Middleware", { spec: { routes: [{ middlewares: [{ name: "pier-reprot" }] }] } }],
    ["kind", "HelmRepository", { spec: { sourceRef: { kind: "HelmRepository", name: "pier-reprot" } } }],
    ["serviceAccountName", "ServiceAccount", { spec: { serviceAccountName: "pier-reprot" } }],
  ])("is found by %s", (_what, kind, fields) => {
    const custom = object("example.com/v1", "Custom", "pier", fields);
    const meant = object(kind === "ServiceAccount" ? "v1" : "other.example.com/v1", kind, "pier-report");
    expect(found(custom, meant)).toMatchObject([{ hint: 'did you mean "pier-report"?' }]);
  });

  it("is only a warning when the operator may create the Secret, and none for what it writes", () => {
    const secret = object("v1", "Secret", "pier-credentials", { stringData: { password: "x" } });
    const cluster = (spec: object) => object("postgresql.cnpg.io/v1", "Cluster", "pier-db", { spec });
    expect(found(secret, cluster({ bootstrap: { secret: { name: "pier-credentails" } } }))).toMatchObject([
      { found: "warning NoSuchSecret spec.bootstrap.secret.name" },
    ]);
    expect(found(secret, cluster({ writeTo: { secret: { name: "pier-credentails" } } }))).toEqual([]);
  });

  it("is of a Secret with the key, also in lists and in monitors", () => {
    const secret = object("v1", "Secret", "pier", { stringData: { password: "x" } });
    const auth = (key: string) =>
      object("keda.sh/v1alpha1", "TriggerAuthentication", "pier", {
        spec: { secretTargetRef: [{ parameter: "p", name: "pier", key }] },
      });
    expect(found(secret, auth("password"))).toEqual([]);
    expect(found(secret, auth("passwd"))).toMatchObject([{ found: "error NoSuchKey spec.secretTargetRef[0].key" }]);
    const monitor = object("monitoring.coreos.com/v1", "ServiceMonitor", "pier", {
      spec: { endpoints: [{ basicAuth: { password: { name: "pier", key: "passwrod" } } }] },
    });
    expect(found(secret, monitor)).toMatchObject([
      { found: "error NoSuchKey spec.endpoints[0].basicAuth.password.key" },
    ]);
  });
});
