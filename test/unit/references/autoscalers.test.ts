import { describe, expect, it } from "vitest";
import { danglingIn, manifestOf, object, workload } from "../../helpers/dangling-in.ts";

const autoscaler = (name: string, metric: object = {}) =>
  object("autoscaling/v2", "HorizontalPodAutoscaler", name, {
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "pier" },
      maxReplicas: 3,
      metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization" } }, ...metric }],
    },
  });
const asking = (resources: object) => workload("pier", { container: { resources } });

describe("an autoscaler by utilization", () => {
  it("needs the requests of all containers", () => {
    expect(danglingIn(manifestOf(asking({ requests: { memory: "1Gi" } }), autoscaler("pier")))).toMatchObject([
      {
        severity: "warning",
        reason: "NoSuchRequest",
        field: "spec.metrics[0].resource",
        message: "it measures cpu in percent of the requests, and app of Deployment pier requests none",
      },
    ]);
    for (const resources of [{ requests: { cpu: "1" } }, { limits: { cpu: "1" } }]) {
      expect(danglingIn(manifestOf(asking(resources), autoscaler("pier")))).toEqual([]);
    }
    const pod = { resources: { requests: { cpu: "1" } } };
    expect(danglingIn(manifestOf(workload("pier", { pod }), autoscaler("pier")))).toEqual([]);
  });

  it("needs that of the container alone which it measures", () => {
    const metric = (container: string) => ({
      type: "ContainerResource",
      resource: undefined,
      containerResource: { name: "cpu", container, target: { type: "Utilization" } },
    });
    const pod = { initContainers: [{ name: "proxy", restartPolicy: "Always" }] };
    const web = workload("pier", { container: { resources: { requests: { cpu: "1" } } }, pod });
    expect(danglingIn(manifestOf(web, autoscaler("pier", metric("app"))))).toEqual([]);
    expect(danglingIn(manifestOf(web, autoscaler("pier", metric("proxy"))))).toHaveLength(1);
    expect(danglingIn(manifestOf(web, autoscaler("pier")))).toHaveLength(1);
  });

  it("needs none with values, or where a LimitRange of the chart adds them", () => {
    const value = { resource: { name: "cpu", target: { type: "AverageValue" } } };
    expect(danglingIn(manifestOf(asking({}), autoscaler("pier", value)))).toEqual([]);
    const range = object("v1", "LimitRange", "pier", { spec: { limits: [] } });
    expect(danglingIn(manifestOf(asking({}), range, autoscaler("pier")))).toEqual([]);
  });
});

describe("two autoscalers of one target", () => {
  it("scale nothing", () => {
    const web = asking({ requests: { cpu: "1" } });
    expect(danglingIn(manifestOf(web, autoscaler("pier"), autoscaler("other")))).toMatchObject([
      {
        severity: "error",
        reason: "ScaledTwice",
        message: "Deployment pier has another HorizontalPodAutoscaler, pier: neither of them scales it",
      },
    ]);
  });
});

describe("the peer of a NetworkPolicy", () => {
  const policy = (peer: object) =>
    object("networking.k8s.io/v1", "NetworkPolicy", "pier", { spec: { podSelector: {}, ingress: [{ from: [peer] }] } });
  const peer = (app: string) => ({ podSelector: { matchLabels: { app } } });

  it("is wrong when it is misspelt, and may be a Pod of another chart", () => {
    expect(danglingIn(manifestOf(asking({}), policy(peer("peir"))))).toMatchObject([
      { severity: "error", reason: "SelectsNoPods", field: "spec.ingress[0].from[0].podSelector" },
    ]);
    for (const each of [peer("pier"), peer("other"), { ...peer("peir"), namespaceSelector: {} }]) {
      expect(danglingIn(manifestOf(asking({}), policy(each)))).toEqual([]);
    }
  });
});
