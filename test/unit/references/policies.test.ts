import { describe, expect, it } from "vitest";
import { danglingIn, manifestOf, object, workload } from "../../helpers/dangling-in.ts";

const web = workload("pier");
const pier = { matchLabels: { app: "pier" } };
const policy = (spec: object) => object("networking.k8s.io/v1", "NetworkPolicy", "pier", { spec });

describe("a port of a NetworkPolicy", () => {
  const ingress = (port: unknown, podSelector: object = pier) =>
    policy({ podSelector, ingress: [{ ports: [{ port: 80 }, { port, protocol: "TCP" }] }] });

  it("must be declared by a container of the selected Pods when it is a name", () => {
    expect(danglingIn(manifestOf(web, ingress("http")))).toEqual([
      expect.objectContaining({
        severity: "error",
        step: "dry-run",
        reason: "NoSuchPort",
        field: "spec.ingress[0].ports[1].port",
        message: 'no container of the Pods that it selects declares a port named "http"',
        hint: 'the containers declare "web"',
      }),
    ]);
    expect(danglingIn(manifestOf(web, ingress("web")))).toEqual([]);
  });

  it("must be declared for the same protocol", () => {
    const udp = policy({ podSelector: pier, ingress: [{ ports: [{ port: "web", protocol: "UDP" }] }] });
    expect(danglingIn(manifestOf(web, udp))).toMatchObject([
      {
        message:
          'no container of the Pods that it selects declares a port named "web" with the protocol UDP: it has TCP',
      },
    ]);
  });

  it("must be declared by the Pods that an egress rule selects", () => {
    const egress = (port: string, peer: object) =>
      policy({ podSelector: {}, egress: [{ to: [peer], ports: [{ port }] }] });
    expect(danglingIn(manifestOf(web, egress("http", { podSelector: pier })))).toMatchObject([
      { severity: "error", reason: "NoSuchPort", field: "spec.egress[0].ports[0].port" },
    ]);
    expect(danglingIn(manifestOf(web, egress("web", { podSelector: pier })))).toEqual([]);
    expect(danglingIn(manifestOf(web, egress("dns", { podSelector: pier, namespaceSelector: {} })))).toEqual([]);
    expect(danglingIn(manifestOf(web, egress("dns", { ipBlock: { cidr: "10.0.0.0/8" } })))).toEqual([]);
  });

  it.each([
    ["it is a number, which nobody has to declare", [web, ingress(9090)]],
    ["the policy is for all Pods of the namespace", [web, ingress("http", {})]],
    [
      "one of the selected Pods has it",
      [web, workload("pier-2", { container: { ports: [{ name: "http", containerPort: 1 }] } }), ingress("http")],
    ],
    ["an operator makes the Pods", [{ ...web, apiVersion: "argoproj.io/v1alpha1", kind: "Rollout" }, ingress("http")]],
    ["the policy selects no Pods of the chart", [web, ingress("http", { matchLabels: { "k8s-app": "kube-dns" } })]],
  ])("is not reported when %s", (_why, objects) => {
    expect(danglingIn(manifestOf(...objects))).toEqual([]);
  });

  it("is only a warning where a service mesh adds containers", () => {
    const meshed = workload("pier", { labels: { app: "pier", "sidecar.istio.io/inject": "true" } });
    expect(danglingIn(manifestOf(meshed, ingress("envoy")))).toMatchObject([{ severity: "warning" }]);
  });
});

describe("a rule that spreads Pods", () => {
  const spread = (labelSelector: object | undefined) =>
    workload("pier", {
      pod: {
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway", labelSelector },
        ],
      },
    });
  const term = (labelSelector: object, more: object = {}) => ({ topologyKey: "a", labelSelector, ...more });
  const apart = (podAntiAffinity: object) => workload("pier", { pod: { affinity: { podAntiAffinity } } });
  const required = (labelSelector: object, more?: object) =>
    apart({ requiredDuringSchedulingIgnoredDuringExecution: [term(labelSelector, more)] });
  const preferred = (labelSelector: object) =>
    apart({
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term(labelSelector) }],
    });

  it("has no effect if no Pod has the labels that it selects", () => {
    expect(danglingIn(manifestOf(spread({ matchLabels: { app: "other" } })))).toEqual([
      expect.objectContaining({
        severity: "warning",
        step: "dry-run",
        reason: "SelectsNoPods",
        field: "spec.template.spec.topologySpreadConstraints[0].labelSelector",
        message: "no Pod has the labels that it selects: app=other",
        hint: "use the labels of the Pods of Deployment pier, which have app=pier",
      }),
    ]);
  });

  it.each([
    ["required", required, "requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector"],
    ["preferred", preferred, "preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector"],
  ])("is a warning if it is a %s term with labels that are nearly those of the Pods", (_kind, make, path) => {
    expect(danglingIn(manifestOf(make({ matchLabels: { app: "piers" } })))).toMatchObject([
      { severity: "warning", field: `spec.template.spec.affinity.podAntiAffinity.${path}` },
    ]);
    expect(danglingIn(manifestOf(make(pier)))).toEqual([]);
  });

  it.each([
    ["it selects the Pods that have it", [spread(pier)]],
    [
      "it selects Pods of another workload of the chart",
      [workload("other", { labels: { app: "x" } }), spread({ matchLabels: { app: "x" } })],
    ],
    ["it has no selector", [spread(undefined)]],
    ["it keeps Pods apart from those of another chart", [required({ matchLabels: { app: "database" } })]],
    ["it is about other namespaces", [required({ matchLabels: { app: "piers" } }, { namespaces: ["a"] })]],
    ["it is about namespaces with labels", [required({ matchLabels: { app: "piers" } }, { namespaceSelector: {} })]],
  ])("is not reported when %s", (_why, objects) => {
    expect(danglingIn(manifestOf(...objects))).toEqual([]);
  });
});
