import { describe, expect, it } from "vitest";
import { parseAllowance } from "../../../../src/findings/rules/allowance.ts";
import { type SharedContext, toCaseContext } from "../../../../src/trial/config/case-context.ts";
import type { CaseSettings } from "../../../../src/trial/config/case-settings.ts";
import { untestedVersions } from "../../../../src/trial/config/untested-versions.ts";
import type { TrialPlan } from "../../../../src/trial/plan-trials.ts";
import { noInputs, type TrialInputs } from "../../../../src/trial/trial-inputs.ts";

const nothing: CaseSettings = { namespace: {}, given: [], allowances: [], failures: [], skip: new Map() };
const contextOf = (settings: Partial<CaseSettings>, inputs: Partial<TrialInputs> = {}, timeout?: string) => {
  const shared = { inputs: { ...noInputs, ...inputs }, timeout } as SharedContext;
  return toCaseContext(shared, { settings: { ...nothing, ...settings } } as TrialPlan);
};

describe("the settings of a case", () => {
  it("apply where the command line says nothing", () => {
    const settings = { namespace: { name: "shop", labels: { a: "b" } }, releaseName: "one", timeout: "5m" };
    expect(contextOf(settings)).toMatchObject({
      timeout: "5m",
      inputs: { namespace: "shop", releaseName: "one", namespaceMetadata: { labels: { a: "b" } } },
    });
    expect(contextOf(settings, { namespace: "other", releaseName: "two" }, "2m")).toMatchObject({
      timeout: "2m",
      inputs: { namespace: "other", releaseName: "two" },
    });
    expect(contextOf({}).timeout).toBe("1m");
  });

  it("add allowances and skipped steps to those of the command line", () => {
    const [hook, left] = ["HookKept", "LeftBehind"].map(parseAllowance);
    if (hook === undefined || left === undefined) throw new Error("unreachable");
    const skip = new Map([["test", "skip in a.yaml:1"] as const, ["upgrade", "skip in a.yaml:2"] as const]);
    const { inputs } = contextOf(
      { allowances: [left], skip, isStrict: true },
      { skip: ["upgrade"], rules: { allowances: [hook], isStrict: false } },
    );
    expect(inputs.rules).toEqual({ allowances: [hook, left], isStrict: true });
    expect(inputs.skip).toEqual(["upgrade", "test", "upgrade"]);
    expect([...(inputs.skippedAt ?? [])]).toEqual([["test", "skip in a.yaml:1"]]);
  });

  it("make the kinds of given definitions known to templates", () => {
    const versions = [
      { name: "v1", served: true },
      { name: "v0", served: false },
    ];
    const spec = { group: "example.com", names: { kind: "Anchor" }, versions };
    const object = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: {}, spec };
    expect(contextOf({ given: [{ file: "", object }] }).inputs.apiVersions).toEqual([
      "example.com/v1",
      "example.com/v1/Anchor",
    ]);
  });

  it("name the Kubernetes versions that the run is not on", () => {
    const of = (...versions: string[]) => ({ ...nothing, kubeVersions: { versions, at: "a.yaml:1" } });
    expect(untestedVersions(of("1.36", "1.37"), "v1.37.2")).toEqual([
      "Kubernetes 1.36 of kubeVersions in a.yaml:1: this run is on 1.37",
    ]);
    expect(untestedVersions(of("1.37"), "v1.37.2")).toEqual([]);
    expect(untestedVersions(of("1.36", "1.37"), "v1.37.2", ["1.36", "1.37"])).toEqual([]);
    expect(untestedVersions(undefined, "v1.37.2")).toEqual([]);
  });
});
