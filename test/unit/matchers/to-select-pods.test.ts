import { describe, expect, it } from "vitest";
import "../../helpers/matchers.ts";
import { object, service as serviceOf, workload } from "../../helpers/dangling-in.ts";
import { templateResult } from "../../helpers/matcher-results.ts";

const web = workload("web", { labels: { app: "web", tier: "front" } });
const result = templateResult([web, object("v1", "ConfigMap", "a")]);
const service = serviceOf("web", { selector: { app: "web" } });
const budget = object("policy/v1", "PodDisruptionBudget", "web", {
  spec: { selector: { matchExpressions: [{ key: "tier", operator: "In", values: ["front"] }] } },
});

describe("toSelectPods", () => {
  it("passes when the selector matches the labels of a Pod template", () => {
    expect(service).toSelectPods(result);
    expect(budget).toSelectPods(result);
    expect(web).toSelectPods(result);
    expect(object("networking.k8s.io/v1", "NetworkPolicy", "all", { spec: { podSelector: {} } })).toSelectPods(result);
  });

  it("passes for Pods in a list", () => {
    const pod = { ...object("v1", "Pod", "a", { spec: {} }), metadata: { name: "a", labels: { app: "web" } } };
    expect(service).toSelectPods([pod]);
    const here = { ...service, metadata: { name: "web", namespace: "here" } };
    const elsewhere = { ...pod, metadata: { ...pod.metadata, namespace: "there" } };
    expect(here).not.toSelectPods([elsewhere, workload("other", { labels: { app: "other" } })]);
  });

  it("shows the labels of the Pods when it fails", () => {
    const other = serviceOf("web", { selector: { app: "wbe" } });
    expect(other).not.toSelectPods(result);
    expect(() => expect(other).toSelectPods(result)).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toSelectPods(pods)

      Service web selects app=wbe, and the Pods have
        Deployment web: app=web, tier=front]
    `);
    expect(() => expect(service).not.toSelectPods(result)).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).not.toSelectPods(pods)

      Service web selects app=web, which matches
        Deployment web: app=web, tier=front]
    `);
  });

  it("fails both ways without a selector and without Pods", () => {
    const headless = serviceOf("web", { selector: {} });
    for (const check of [
      () => expect(headless).toSelectPods(result),
      () => expect(headless).not.toSelectPods(result),
    ]) {
      expect(check).toThrow("Service web has no selector for Pods");
    }
    const empty = templateResult([object("v1", "ConfigMap", "a")]);
    for (const check of [() => expect(service).toSelectPods(empty), () => expect(service).not.toSelectPods(empty)]) {
      expect(check).toThrow("There are neither Pods nor objects with a Pod template");
    }
  });

  it("refuses values of another kind", () => {
    expect(() => expect<unknown>([]).toSelectPods(result)).toThrow("toSelectPods needs a Kubernetes object");
    expect(() => expect(service).toSelectPods("web" as never)).toThrow("or a list of objects, got");
  });
});
