import { describe, expect, it } from "vitest";
import { allow, cronJob, danglingIn, manifestOf, object, service, workload } from "../../helpers/dangling-in.ts";

const budget = (labels: Record<string, string>) =>
  object("policy/v1", "PodDisruptionBudget", "pier", { spec: { minAvailable: 1, selector: { matchLabels: labels } } });
const policy = (podSelector: object) =>
  object("networking.k8s.io/v1", "NetworkPolicy", "pier", { spec: { podSelector } });
const podMonitor = (labels: Record<string, string>, port = "web") =>
  object("monitoring.coreos.com/v1", "PodMonitor", "pier", {
    spec: { selector: { matchLabels: labels }, podMetricsEndpoints: [{ port }] },
  });
const probe = (port: string | number) => ({ livenessProbe: { httpGet: { path: "/", port } } });
const web = workload("pier");

describe("a field that selects Pods", () => {
  it.each([
    ["a Service", service("pier", { selector: { app: "peer" } }), service("pier"), "spec.selector"],
    ["a PodDisruptionBudget", budget({ app: "other" }), budget({ app: "pier" }), "spec.selector"],
    [
      "a NetworkPolicy with a misspelt value",
      policy({ matchLabels: { app: "piers" } }),
      policy({ matchLabels: { app: "pier" } }),
      "spec.podSelector",
    ],
    ["a PodMonitor with a misspelt value", podMonitor({ app: "piers" }), podMonitor({ app: "pier" }), "spec.selector"],
  ])("of %s is wrong when no Pod of the chart has the labels", (_what, broken, good, field) => {
    expect(danglingIn(manifestOf(web, broken))).toEqual([
      expect.objectContaining({
        severity: "error",
        step: "dry-run",
        reason: "SelectsNoPods",
        field,
        template: "pier/templates/all.yaml",
        message: expect.stringMatching(/^no Pod has the labels that it selects: app=/),
        hint: "use the labels of the Pods of Deployment pier, which have app=pier",
      }),
    ]);
    expect(danglingIn(manifestOf(web, good))).toEqual([]);
  });

  it("is wrong with a misspelt key, and says which label the Pods lack", () => {
    const pods = workload("pier", { labels: { "app.kubernetes.io/name": "pier", tier: "front" } });
    const broken = service("pier", { selector: { "app.kubernetes.io/nane": "pier", tier: "front" } });
    expect(danglingIn(manifestOf(pods, broken))).toMatchObject([
      { severity: "error", hint: expect.stringContaining("no label app.kubernetes.io/nane") },
    ]);
  });

  it("finds the Pods of CronJobs, of single Pods, and of a custom resource's template", () => {
    const labels = { labels: { app: "pier" } };
    const pod = { ...object("v1", "Pod", "pier", { spec: { containers: [] } }), metadata: { name: "pier", ...labels } };
    const rollout = { ...workload("pier"), apiVersion: "argoproj.io/v1alpha1", kind: "Rollout" };
    for (const owner of [cronJob("pier"), pod, rollout]) {
      expect(
        danglingIn(manifestOf(workload("other", { labels: { app: "x" } }), owner, budget({ app: "pier" }))),
      ).toEqual([]);
    }
  });

  it("reads matchExpressions", () => {
    const expression = (values: string[]) => policy({ matchExpressions: [{ key: "app", operator: "In", values }] });
    expect(danglingIn(manifestOf(web, expression(["pier", "quay"])))).toEqual([]);
    expect(danglingIn(manifestOf(web, expression(["piers"])))).toMatchObject([
      { message: "no Pod has the labels that it selects: app in (piers)" },
    ]);
  });

  it("finds Pods of other charts that exist in the namespace", () => {
    const existing = manifestOf({
      ...object("v1", "Pod", "other", { spec: { containers: [] } }),
      metadata: { name: "other", namespace: "bay", labels: { app: "other" } },
    });
    const manifest = manifestOf(web, service("pier", { selector: { app: "other" }, ports: [{ port: 80 }] }));
    expect(danglingIn(manifest)).toHaveLength(1);
    expect(danglingIn(manifest, { existing })).toEqual([]);
  });
});

describe("a field that selects no Pods of the chart", () => {
  const selector = (labels: Record<string, string>) => service("pier", { selector: labels });
  const custom = object("example.com/v1", "Cluster", "db", { spec: {} });

  it.each([
    ["the chart has no Pods at all", [selector({ app: "other" })]],
    [
      "the Service is in another namespace",
      [web, { ...selector({ app: "other" }), metadata: { name: "pier", namespace: "kube-system" } }],
    ],
    ["it selects Pods of the cluster itself", [web, selector({ "k8s-app": "kube-dns" })]],
    ["an operator may make Pods for a custom resource of the chart", [web, custom, selector({ app: "db" })]],
    ["a program of the chart may create Pods", [web, ...allow(["create"], ["pods"]), selector({ app: "worker" })]],
    [
      "a program of the chart may label Pods",
      [web, ...allow(["patch"], ["pods"]), selector({ app: "pier", "pier-active": "true" })],
    ],
    ["Kubernetes adds the label", [web, selector({ app: "pier", "statefulset.kubernetes.io/pod-name": "pier-0" })]],
    ["the Service has no selector", [web, service("pier", { selector: {} })]],
    ["the Service is an ExternalName", [web, service("pier", { type: "ExternalName", selector: { app: "x" } })]],
    ["the selector is empty and selects all", [web, policy({})]],
  ])("is not reported when %s", (_why, objects) => {
    expect(danglingIn(manifestOf(...objects))).toEqual([]);
  });

  const elsewhere = selector({ app: "pier", "app.kubernetes.io/instance": "elsewhere" });

  it.each([
    ["names a release from the values", elsewhere, ["elsewhere"]],
    ["is that of a NetworkPolicy with labels of its own", policy({ matchLabels: { role: "database" } }), []],
  ])("is a warning when it %s", (_why, broken, given) => {
    expect(danglingIn(manifestOf(web, broken), { given })).toMatchObject([
      { severity: "warning", reason: "SelectsNoPods" },
    ]);
  });

  it("is an error when it names another release that no value names", () => {
    expect(danglingIn(manifestOf(web, elsewhere))).toMatchObject([{ severity: "error" }]);
  });

  it("is an error in spite of an operator when it is misspelt by a letter", () => {
    const broken = selector({ app: "piers" });
    expect(danglingIn(manifestOf(web, custom, broken))).toMatchObject([{ severity: "error" }]);
  });
});

describe("the target port of a Service", () => {
  const port = (fields: object) => service("pier", { ports: [{ name: "http", port: 80, ...fields }] });

  it("must be declared by a container of the Pods when it is a name", () => {
    expect(danglingIn(manifestOf(web, port({ targetPort: "http" })))).toEqual([
      expect.objectContaining({
        severity: "error",
        reason: "NoSuchPort",
        field: "spec.ports[0].targetPort",
        message: 'no container of its Pods declares a port named "http"',
        hint: 'the containers declare "web"',
      }),
    ]);
    expect(danglingIn(manifestOf(web, port({ targetPort: "web" })))).toEqual([]);
  });

  it("must be declared for the same protocol", () => {
    expect(danglingIn(manifestOf(web, port({ targetPort: "web", protocol: "UDP" })))).toMatchObject([
      { message: 'no container of its Pods declares a port named "web" with the protocol UDP: it has TCP' },
    ]);
  });

  it("is only a warning when it is a number that no container declares", () => {
    expect(danglingIn(manifestOf(web, port({ targetPort: 9090 })))).toMatchObject([
      { severity: "warning", reason: "UndeclaredPort", field: "spec.ports[0].targetPort" },
    ]);
    expect(danglingIn(manifestOf(web, port({})))).toMatchObject([{ reason: "UndeclaredPort" }]);
    expect(danglingIn(manifestOf(web, port({ targetPort: 8080 })))).toEqual([]);
  });

  it("may be any number when a container declares no ports", () => {
    const silent = workload("pier", { container: { ports: [] } });
    expect(danglingIn(manifestOf(silent, port({ targetPort: 9090 })))).toEqual([]);
  });

  it("may be declared by a sidecar among the init containers, and not by another init container", () => {
    const init = (restartPolicy?: string) =>
      workload("pier", {
        pod: { initContainers: [{ name: "proxy", restartPolicy, ports: [{ name: "http", containerPort: 1 }] }] },
      });
    expect(danglingIn(manifestOf(init("Always"), port({ targetPort: "http" })))).toEqual([]);
    expect(danglingIn(manifestOf(init(), port({ targetPort: "http" })))).toHaveLength(1);
  });

  it("is only a warning where a service mesh adds containers", () => {
    const meshed = workload("pier", { labels: { app: "pier", "sidecar.istio.io/inject": "true" } });
    expect(danglingIn(manifestOf(meshed, port({ targetPort: "http-envoy" })))).toMatchObject([{ severity: "warning" }]);
  });
});

describe("a port in a container", () => {
  it.each([
    ["livenessProbe.httpGet", probe("http")],
    ["readinessProbe.tcpSocket", { readinessProbe: { tcpSocket: { port: "http" } } }],
    ["startupProbe.httpGet", { startupProbe: { httpGet: { port: "http" } } }],
    ["lifecycle.preStop.httpGet", { lifecycle: { preStop: { httpGet: { port: "http" } } } }],
    ["lifecycle.postStart.tcpSocket", { lifecycle: { postStart: { tcpSocket: { port: "http" } } } }],
  ])("must be declared by this container: %s", (path, container) => {
    expect(danglingIn(manifestOf(workload("pier", { container })))).toEqual([
      expect.objectContaining({
        severity: "error",
        reason: "NoSuchPort",
        field: `spec.template.spec.containers[0].${path}.port`,
        message: 'container app declares no port named "http"',
        hint: 'it declares "web"',
      }),
    ]);
    const good = JSON.parse(JSON.stringify(container).replace('"http"', '"web"')) as object;
    expect(danglingIn(manifestOf(workload("pier", { container: { ...good } })))).toEqual([]);
  });

  it("is reported once for several fields", () => {
    const container = { ...probe("http"), readinessProbe: { httpGet: { port: "http" } } };
    expect(danglingIn(manifestOf(cronJob("pier", { container })))).toMatchObject([
      { notes: ["also spec.jobTemplate.spec.template.spec.containers[0].readinessProbe.httpGet.port"] },
    ]);
  });

  it("must be one of a PodMonitor's Pods", () => {
    expect(danglingIn(manifestOf(web, podMonitor({ app: "pier" }, "metrics")))).toMatchObject([
      { reason: "NoSuchPort", field: "spec.podMetricsEndpoints[0].port", hint: 'the names are "web"' },
    ]);
    expect(danglingIn(manifestOf(web, podMonitor({ app: "pier" })))).toEqual([]);
  });
});
