import { describe, expect, it } from "vitest";
import { allow, danglingIn, manifestOf, object, service, workload } from "../../helpers/dangling-in.ts";

type Backend = { name: string; port: string | number };

const ingress = ({ name, port }: Backend) => {
  const backend = { service: { name, port: typeof port === "number" ? { number: port } : { name: port } } };
  const rules = [{ http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }];
  return object("networking.k8s.io/v1", "Ingress", "pier", { spec: { rules } });
};
const defaultBackend = ({ name, port }: Backend) =>
  object("networking.k8s.io/v1", "Ingress", "pier", {
    spec: { defaultBackend: { service: { name, port: typeof port === "number" ? { number: port } : { name: port } } } },
  });
const route = (kind: string) => (backend: Backend) =>
  object("gateway.networking.k8s.io/v1", kind, "pier", { spec: { rules: [{ backendRefs: [backend] }] } });
const mirror = (backend: Backend) =>
  object("gateway.networking.k8s.io/v1", "HTTPRoute", "pier", {
    spec: { rules: [{ filters: [{ type: "RequestMirror", requestMirror: { backendRef: backend } }] }] },
  });
const traefik = (backend: Backend) =>
  object("traefik.io/v1alpha1", "IngressRoute", "pier", { spec: { routes: [{ services: [backend] }] } });
const contour = (backend: Backend) =>
  object("projectcontour.io/v1", "HTTPProxy", "pier", { spec: { routes: [{ services: [backend] }] } });
const openShift = ({ name }: Backend) =>
  object("route.openshift.io/v1", "Route", "pier", { spec: { to: { kind: "Service", name } } });
const webhook = (kind: string) => (backend: Backend) =>
  object("admissionregistration.k8s.io/v1", kind, "pier", {
    webhooks: [{ name: "a.example.com", clientConfig: { service: { ...backend, namespace: "bay" } } }],
  });
const conversion = (backend: Backend) =>
  object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "gears.example.com", {
    spec: { conversion: { webhook: { clientConfig: { service: { ...backend, namespace: "bay" } } } } },
  });
const apiService = (backend: Backend) =>
  object("apiregistration.k8s.io/v1", "APIService", "v1.example.com", {
    spec: { service: { ...backend, namespace: "bay" } },
  });

const chart = [workload("pier"), service("pier")];
const path = "spec.rules[0].http.paths[0].backend.service";
const references: [what: string, make: (backend: Backend) => object, name: string, port: string | undefined][] = [
  ["an Ingress", ingress, `${path}.name`, `${path}.port.number`],
  [
    "the default of an Ingress",
    defaultBackend,
    "spec.defaultBackend.service.name",
    "spec.defaultBackend.service.port.number",
  ],
  ...["HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"].map(
    (kind): [string, (b: Backend) => object, string, string] => [
      `a ${kind}`,
      route(kind),
      "spec.rules[0].backendRefs[0].name",
      "spec.rules[0].backendRefs[0].port",
    ],
  ),
  [
    "a mirror of an HTTPRoute",
    mirror,
    "spec.rules[0].filters[0].requestMirror.backendRef.name",
    "spec.rules[0].filters[0].requestMirror.backendRef.port",
  ],
  ["an IngressRoute of Traefik", traefik, "spec.routes[0].services[0].name", "spec.routes[0].services[0].port"],
  ["an HTTPProxy of Contour", contour, "spec.routes[0].services[0].name", "spec.routes[0].services[0].port"],
  ["a Route of OpenShift", openShift, "spec.to.name", undefined],
  [
    "a validating webhook",
    webhook("ValidatingWebhookConfiguration"),
    "webhooks[0].clientConfig.service.name",
    "webhooks[0].clientConfig.service.port",
  ],
  [
    "a mutating webhook",
    webhook("MutatingWebhookConfiguration"),
    "webhooks[0].clientConfig.service.name",
    "webhooks[0].clientConfig.service.port",
  ],
  [
    "a conversion webhook",
    conversion,
    "spec.conversion.webhook.clientConfig.service.name",
    "spec.conversion.webhook.clientConfig.service.port",
  ],
  ["an APIService", apiService, "spec.service.name", "spec.service.port"],
];

describe("the Service of", () => {
  it.each(references)("%s must exist, and have the port", (_what, make, field, portField) => {
    expect(danglingIn(manifestOf(...chart, make({ name: "pier-web", port: 80 })))).toEqual([
      expect.objectContaining({
        severity: "error",
        reason: "NoSuchService",
        field,
        message: 'Service "pier-web" does not exist: neither the chart nor the cluster has it',
        hint: 'did you mean "pier"?',
      }),
    ]);
    const wrongPort = danglingIn(manifestOf(...chart, make({ name: "pier", port: 8080 })));
    const expected = {
      severity: "error",
      reason: "NoSuchPort",
      field: portField,
      message: 'Service "pier" has no port 8080',
    };
    expect(wrongPort).toEqual(
      portField === undefined ? [] : [expect.objectContaining({ ...expected, hint: "it has 80" })],
    );
    expect(danglingIn(manifestOf(...chart, make({ name: "pier", port: 80 })))).toEqual([]);
  });

  it("an Ingress must have the named port", () => {
    expect(danglingIn(manifestOf(...chart, ingress({ name: "pier", port: "web" })))).toMatchObject([
      { reason: "NoSuchPort", field: `${path}.port.name`, hint: 'it has "http"' },
    ]);
    expect(danglingIn(manifestOf(...chart, ingress({ name: "pier", port: "http" })))).toEqual([]);
  });
});

describe("a Service that does not exist", () => {
  const backend = (name: string) => ingress({ name, port: 80 });

  it.each([
    ["names it with words of its own", [...chart, backend("oauth2-proxy")], []],
    ["has its name from the values", [...chart, backend("pier-legacy")], ["pier-legacy"]],
  ])("is only a warning when the chart %s", (_why, objects, given) => {
    expect(danglingIn(manifestOf(...objects), { given })).toMatchObject([
      { severity: "warning", reason: "NoSuchService", hint: expect.stringContaining("check --given <file>") },
    ]);
  });

  it.each([
    [
      "an operator may make it for a custom resource",
      [...chart, object("example.com/v1", "Cluster", "pier"), backend("pier-rw")],
    ],
    ["a program of the chart may create it", [...chart, ...allow(["create"], ["services"]), backend("pier-proxy")]],
    ["a load balancer reads an annotation", [...chart, ingress({ name: "pier-redirect", port: "use-annotation" })]],
    ["the chart has only Ingresses", [backend("pier-web")]],
    [
      "it is in another namespace",
      [...chart, { ...backend("pier-web"), metadata: { name: "pier", namespace: "elsewhere" } }],
    ],
    [
      "another kind is named",
      [
        ...chart,
        route("HTTPRoute")({
          name: "pier-pool",
          port: 80,
          group: "inference.networking.k8s.io",
          kind: "InferencePool",
        } as Backend),
      ],
    ],
  ])("is not reported when %s", (_why, objects) => {
    expect(danglingIn(manifestOf(...objects))).toEqual([]);
  });

  it("is found on the control plane", () => {
    const existing = manifestOf({ ...service("oauth2-proxy"), metadata: { name: "oauth2-proxy", namespace: "bay" } });
    expect(danglingIn(manifestOf(...chart, backend("oauth2-proxy")), { existing })).toEqual([]);
  });

  it("is an error when the chart has it in another namespace than the field says", () => {
    const broken = { name: "pier", namespace: "default" };
    const manifest = manifestOf(
      ...chart,
      object("apiregistration.k8s.io/v1", "APIService", "v1.example.com", {
        spec: { service: { ...broken, port: 80 } },
      }),
    );
    expect(danglingIn(manifest)).toEqual([
      expect.objectContaining({
        severity: "error",
        field: "spec.service.namespace",
        message: 'Service "pier" does not exist in the namespace default: the chart has it in bay',
        hint: "use {{ .Release.Namespace }}, or leave the namespace out",
      }),
    ]);
  });
});

describe("a ServiceMonitor", () => {
  const monitor = (labels: Record<string, string>, port = "http", more = {}) =>
    object("monitoring.coreos.com/v1", "ServiceMonitor", "pier", {
      spec: { selector: { matchLabels: labels }, endpoints: [{ port }], ...more },
    });

  it("must select a Service by the labels of the Service itself", () => {
    expect(danglingIn(manifestOf(...chart, monitor({ app: "piers" })))).toMatchObject([
      {
        severity: "error",
        reason: "SelectsNoServices",
        field: "spec.selector",
        hint: "use the labels of Service pier, which has app=pier",
      },
    ]);
    expect(danglingIn(manifestOf(...chart, monitor({ app: "pier" })))).toEqual([]);
  });

  it("must name a port of the Service", () => {
    expect(danglingIn(manifestOf(...chart, monitor({ app: "pier" }, "metrics")))).toMatchObject([
      {
        reason: "NoSuchPort",
        field: "spec.endpoints[0].port",
        message: 'Service "pier" has no port named "metrics"',
        hint: 'the names are "http"',
      },
    ]);
  });

  it("may select Services of other namespaces", () => {
    const more = { namespaceSelector: { matchNames: ["kube-system"] } };
    expect(danglingIn(manifestOf(...chart, monitor({ "k8s-app": "kubelet" }, "http", more)))).toEqual([]);
  });

  it("is only a warning when it selects nothing of the chart", () => {
    expect(danglingIn(manifestOf(...chart, monitor({ component: "apiserver" })))).toMatchObject([
      { severity: "warning" },
    ]);
  });
});

describe("the Service of a StatefulSet", () => {
  const set = (serviceName: string) => workload("pier", { spec: { serviceName } }, "StatefulSet");
  const headless = (name: string, spec = {}) => service(name, { clusterIP: "None", ...spec });

  it("must exist", () => {
    expect(danglingIn(manifestOf(set("pier-headles"), headless("pier-headless")))).toMatchObject([
      { severity: "error", reason: "NoSuchService", field: "spec.serviceName", hint: 'did you mean "pier-headless"?' },
    ]);
    expect(danglingIn(manifestOf(set("pier-headless"), headless("pier-headless")))).toEqual([]);
  });

  it("is only a warning when it is another name, or when the chart has no headless Service", () => {
    expect(danglingIn(manifestOf(set("pier-peers"), service("pier")))).toMatchObject([
      { severity: "warning", reason: "NoSuchService", field: "spec.serviceName" },
    ]);
    expect(danglingIn(manifestOf(set("peers"), headless("pier-peers")))).toMatchObject([{ severity: "warning" }]);
    expect(danglingIn(manifestOf(set("pier-peers")))).toEqual([]);
  });

  it("should be headless", () => {
    expect(danglingIn(manifestOf(set("pier"), service("pier")))).toMatchObject([
      { severity: "warning", reason: "NotHeadless", hint: "set clusterIP: None in the Service" },
    ]);
  });

  it("should select its Pods", () => {
    const other = workload("other", { labels: { app: "other" } });
    expect(
      danglingIn(manifestOf(set("other"), other, headless("other", { selector: { app: "other" } }))),
    ).toMatchObject([{ severity: "warning", reason: "SelectsNoPods", field: "spec.serviceName" }]);
  });
});

describe("the target of an autoscaler", () => {
  const target = (kind: string, name: string, apiVersion: string | undefined = "apps/v1") => ({
    apiVersion,
    kind,
    name,
  });
  const horizontal = (ref: object, spec = {}) =>
    object("autoscaling/v2", "HorizontalPodAutoscaler", "pier", {
      spec: { scaleTargetRef: ref, maxReplicas: 3, ...spec },
    });
  const vertical = (ref: object) =>
    object("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", "pier", { spec: { targetRef: ref } });
  const keda = (ref: object) => object("keda.sh/v1alpha1", "ScaledObject", "pier", { spec: { scaleTargetRef: ref } });

  it.each([
    ["a HorizontalPodAutoscaler", horizontal, "spec.scaleTargetRef.name"],
    ["a VerticalPodAutoscaler", vertical, "spec.targetRef.name"],
    ["a ScaledObject of KEDA", keda, "spec.scaleTargetRef.name"],
  ])("must exist: %s", (_what, make, field) => {
    expect(danglingIn(manifestOf(...chart, make(target("Deployment", "pier-server"))))).toEqual([
      expect.objectContaining({
        severity: "error",
        reason: "NoSuchTarget",
        field,
        message: 'Deployment "pier-server" does not exist: neither the chart nor the cluster has it',
        hint: 'did you mean "pier"?',
      }),
    ]);
    expect(danglingIn(manifestOf(...chart, make(target("Deployment", "pier"))))).toEqual([]);
  });

  it("must be of the right kind", () => {
    expect(danglingIn(manifestOf(...chart, horizontal(target("StatefulSet", "pier"))))).toMatchObject([
      { severity: "error", field: "spec.scaleTargetRef.name", hint: "the chart has a Deployment of this name" },
    ]);
  });

  it.each([undefined, "v1", "extensions/v1beta1"])("must be of the right API group, not %s", (apiVersion) => {
    const { apiVersion: _default, ...ref } = target("Deployment", "pier");
    const wrong = apiVersion === undefined ? ref : { ...ref, apiVersion };
    expect(danglingIn(manifestOf(...chart, horizontal(wrong)))).toMatchObject([
      { severity: "error", reason: "NoSuchTarget", field: "spec.scaleTargetRef.apiVersion", hint: "use apps/v1" },
    ]);
  });

  it("may be in any version of the group, which the controller does not read", () => {
    expect(danglingIn(manifestOf(...chart, horizontal(target("Deployment", "pier", "apps/v1beta1"))))).toEqual([]);
  });

  it("must be scalable", () => {
    const daemon = workload("pier", {}, "DaemonSet");
    expect(danglingIn(manifestOf(daemon, horizontal(target("DaemonSet", "pier"))))).toMatchObject([
      { reason: "NotScalable", field: "spec.scaleTargetRef.kind" },
    ]);
    expect(danglingIn(manifestOf(daemon, vertical(target("DaemonSet", "pier"))))).toEqual([]);
  });

  it.each([
    ["a HorizontalPodAutoscaler", horizontal],
    ["a ScaledObject of KEDA", keda],
  ])("does not set its replicas itself: %s", (_what, make) => {
    const ref = target("Deployment", "pier");
    const fixed = workload("pier", { spec: { replicas: 2 } });
    const scaler = make(ref);
    expect(danglingIn(manifestOf(fixed, scaler))).toEqual([
      expect.objectContaining({
        severity: "warning",
        step: "dry-run",
        reason: "ReplicasReset",
        object: expect.objectContaining({ kind: "Deployment", name: "pier" }),
        field: "spec.replicas",
        message: `it sets 2 replicas, and ${scaler.kind} "pier" scales it: upgrades undo that`,
        hint: "leave out replicas where the chart renders the autoscaler",
      }),
    ]);
    expect(danglingIn(manifestOf(workload("pier"), scaler))).toEqual([]);
    expect(danglingIn(manifestOf(scaler), { existing: manifestOf(fixed) })).toEqual([]);
  });

  it("must have the container of a metric", () => {
    const metric = (container: string) => ({
      metrics: [{ type: "ContainerResource", containerResource: { name: "cpu", container } }],
    });
    expect(danglingIn(manifestOf(...chart, horizontal(target("Deployment", "pier"), metric("server"))))).toMatchObject([
      { reason: "NoSuchContainer", field: "spec.metrics[0].containerResource.container", hint: 'they have "app"' },
    ]);
    expect(danglingIn(manifestOf(...chart, horizontal(target("Deployment", "pier"), metric("app"))))).toEqual([]);
  });

  it.each([
    ["from the values", target("Deployment", "pier-legacy"), ["pier-legacy"]],
    ["of another chart", target("Deployment", "frontend"), []],
    ["a custom resource", target("Rollout", "pier", "argoproj.io/v1alpha1"), []],
  ])("is only a warning when it is %s", (_why, ref, given) => {
    expect(danglingIn(manifestOf(...chart, horizontal(ref)), { given })).toMatchObject([{ severity: "warning" }]);
  });
});
