import { describe, expect, it } from "vitest";
import { danglingIn, manifestOf, object } from "../../helpers/dangling-in.ts";

const ADMISSION = "admissionregistration.k8s.io/v1";
const RBAC = "rbac.authorization.k8s.io/v1";
const labelled = (apiVersion: string, kind: string, name: string, labels: object, fields = {}) => ({
  ...object(apiVersion, kind, name, fields),
  metadata: { name, labels },
});
const limits = labelled("v1", "ConfigMap", "harbour-limits", { limits: "harbour" });
const policy = object(ADMISSION, "ValidatingAdmissionPolicy", "pier", {
  spec: { paramKind: { apiVersion: "v1", kind: "ConfigMap" } },
});
const binding = (paramRef: object) =>
  object(ADMISSION, "ValidatingAdmissionPolicyBinding", "pier", {
    spec: { policyName: "pier", paramRef: { parameterNotFoundAction: "Deny", namespace: "bay", ...paramRef } },
  });

describe("the parameters of an admission policy", () => {
  it("must exist when their name is one of the chart, or resembles one", () => {
    expect(danglingIn(manifestOf(limits, policy, binding({ name: "harbour-limit" })))).toEqual([
      expect.objectContaining({
        severity: "error",
        step: "dry-run",
        reason: "NoSuchParameter",
        field: "spec.paramRef.name",
        message:
          'no ConfigMap "harbour-limit" exists in the namespace bay: every request that the policy matches is refused',
        hint: 'did you mean "harbour-limits"?',
      }),
    ]);
    expect(danglingIn(manifestOf(policy, binding({ name: "pier-limits" })))).toMatchObject([{ severity: "error" }]);
  });

  it("may be left to users, with a warning when their absence refuses requests", () => {
    expect(danglingIn(manifestOf(policy, binding({ name: "tenant" })))).toMatchObject([
      { severity: "warning", hint: expect.stringContaining("--given") },
    ]);
    const allowed = { name: "tenant", parameterNotFoundAction: "Allow" };
    expect(danglingIn(manifestOf(policy, binding(allowed)))).toEqual([]);
    const existing = manifestOf({ ...limits, metadata: { name: "tenant", namespace: "bay" } });
    expect(danglingIn(manifestOf(policy, binding({ name: "tenant" })), { existing })).toEqual([]);
  });

  it("may be in any namespace without a namespace, and must have the labels of a selector", () => {
    const elsewhere = { ...limits, metadata: { name: "tenant", namespace: "cove" } };
    const anywhere = binding({ name: "tenant", namespace: undefined });
    expect(danglingIn(manifestOf(elsewhere, policy, anywhere))).toEqual([]);
    expect(danglingIn(manifestOf(policy, anywhere))).toMatchObject([
      { message: expect.stringContaining("exists in any namespace") },
    ]);
    const selecting = (limit: string) => binding({ selector: { matchLabels: { limits: limit } } });
    expect(danglingIn(manifestOf(limits, policy, selecting("harbour")))).toEqual([]);
    expect(danglingIn(manifestOf(limits, policy, selecting("habour")))).toMatchObject([
      { severity: "error", field: "spec.paramRef.selector", hint: "did you mean limits=harbour?" },
    ]);
  });

  it("have no namespace when their kind is cluster-scoped", () => {
    const names = { kind: "Limit", plural: "limits" };
    const definition = object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "limits.example.com", {
      spec: { group: "example.com", scope: "Cluster", names },
    });
    const ofLimits = object(ADMISSION, "ValidatingAdmissionPolicy", "pier", {
      spec: { paramKind: { apiVersion: "example.com/v1", kind: "Limit" } },
    });
    const limit = object("example.com/v1", "Limit", "tenant");
    expect(danglingIn(manifestOf(definition, limit, ofLimits, binding({ name: "tenant" })))).toMatchObject([
      { severity: "error", reason: "NoSuchParameter", field: "spec.paramRef.namespace" },
    ]);
    const without = binding({ name: "tenant", namespace: undefined });
    expect(danglingIn(manifestOf(definition, limit, ofLimits, without))).toEqual([]);
  });

  it("may be of a kind that the chart brings, and are not looked for without a kind", () => {
    const custom = (fields: object) => object(ADMISSION, "ValidatingAdmissionPolicy", "pier", { spec: fields });
    const kind = { paramKind: { apiVersion: "example.com/v1", kind: "Limit" } };
    const limit = object("example.com/v1", "Limit", "tenant");
    expect(danglingIn(manifestOf(limit, custom(kind), binding({ name: "tenant" })))).toEqual([]);
    expect(danglingIn(manifestOf(custom({}), binding({ name: "tenant" })))).toEqual([]);
  });
});

describe("an aggregated ClusterRole", () => {
  const whole = (value: string) =>
    object(RBAC, "ClusterRole", "pier", {
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { "example.com/to-pier": value } }] },
      rules: [],
    });
  const part = labelled(RBAC, "ClusterRole", "part", { "example.com/to-pier": "harbour" }, { rules: [] });

  it("must select a ClusterRole, of the chart or of the cluster", () => {
    expect(danglingIn(manifestOf(whole("harbour"), part))).toEqual([]);
    expect(danglingIn(manifestOf(whole("harbour")), { existing: manifestOf(part) })).toEqual([]);
    expect(danglingIn(manifestOf(whole("harbour")))).toEqual([
      expect.objectContaining({
        severity: "warning",
        reason: "SelectsNoRoles",
        field: "aggregationRule.clusterRoleSelectors[0]",
        message: "it grants nothing: no ClusterRole has the labels example.com/to-pier=harbour",
      }),
    ]);
  });

  it("is wrong when it misspells the label of a role of the chart", () => {
    expect(danglingIn(manifestOf(whole("habour"), part))).toMatchObject([
      { severity: "error", hint: "a ClusterRole of the chart has the label example.com/to-pier=harbour" },
    ]);
  });

  it("selects all roles with an empty selector", () => {
    const all = object(RBAC, "ClusterRole", "pier", { aggregationRule: { clusterRoleSelectors: [{}] } });
    expect(danglingIn(manifestOf(all))).toEqual([]);
  });
});
