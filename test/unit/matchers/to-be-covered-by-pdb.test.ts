import { describe, expect, it } from "vitest";
import "../../helpers/matchers.ts";
import { object, workload } from "../../helpers/dangling-in.ts";
import { templateResult } from "../../helpers/matcher-results.ts";

const web = workload("web", { labels: { app: "web", tier: "front" } });
const budget = (name: string, selector?: object) =>
  object("policy/v1", "PodDisruptionBudget", name, { spec: selector === undefined ? {} : { selector } });
const matching = budget("web", { matchLabels: { app: "web" } });
const other = budget("other", { matchLabels: { app: "wbe" } });

describe("toBeCoveredByPdb", () => {
  it("passes when one budget selects the Pods", () => {
    expect(web).toBeCoveredByPdb(templateResult([web, matching, other]));
    expect(web).toBeCoveredByPdb([budget("all", {})]);
    const pod = { ...object("v1", "Pod", "a", { spec: {} }), metadata: { name: "a", labels: { app: "web" } } };
    expect(pod).toBeCoveredByPdb([matching]);
  });

  it("passes under not when no budget selects them", () => {
    expect(web).not.toBeCoveredByPdb([]);
    expect(web).not.toBeCoveredByPdb([other]);
    // Without a selector, a budget selects nothing.
    expect(web).not.toBeCoveredByPdb([budget("none")]);
  });

  it("ignores budgets of other namespaces, and other kinds of this name", () => {
    const here = { ...web, metadata: { ...web.metadata, namespace: "here" } };
    const there = { ...matching, metadata: { name: "web", namespace: "there" } };
    expect(here).not.toBeCoveredByPdb([there, { ...matching, apiVersion: "example.com/v1" }]);
  });

  it("shows the selectors when it fails, and the budget under not", () => {
    expect(() => expect(web).toBeCoveredByPdb([other])).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toBeCoveredByPdb(budgets)

      No PodDisruptionBudget selects app=web, tier=front
        PodDisruptionBudget other: app=wbe]
    `);
    expect(() => expect(web).toBeCoveredByPdb([])).toThrow("There is no PodDisruptionBudget in its namespace");
    expect(() => expect(web).not.toBeCoveredByPdb([matching])).toThrow("is covered by PodDisruptionBudget web");
  });

  it("fails either way when several budgets select the Pods, which nobody can evict then", () => {
    const budgets = [matching, budget("second", {})];
    expect(() => expect(web).toBeCoveredByPdb(budgets)).toThrow("is covered by 2 budgets");
    expect(() => expect(web).not.toBeCoveredByPdb(budgets)).toThrow("is covered by 2 budgets");
  });

  it("fails either way for an object without Pods", () => {
    const service = object("v1", "Service", "web", { spec: {} });
    expect(() => expect(service).not.toBeCoveredByPdb([matching])).toThrow("Service web is not a Pod");
  });

  it("is for Kubernetes objects and their sources only", () => {
    expect(() => expect("web" as unknown).toBeCoveredByPdb([])).toThrow(TypeError);
    expect(() => expect(web).toBeCoveredByPdb({} as never)).toThrow("toBeCoveredByPdb needs a result of templateChart");
  });

  it("can be a part of another matcher", () => {
    expect([web]).toEqual([expect.toBeCoveredByPdb([matching])]);
  });
});
