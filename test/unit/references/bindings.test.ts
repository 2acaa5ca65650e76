import { describe, expect, it } from "vitest";
import { danglingIn, manifestOf, object } from "../../helpers/dangling-in.ts";

describe("a binding", () => {
  const binding = (kind: string, roleRef: object, subject: object = {}) =>
    object("rbac.authorization.k8s.io/v1", kind, "pier", {
      roleRef: { kind: "Role", name: "pier", ...roleRef },
      subjects: [{ kind: "ServiceAccount", name: "pier", namespace: "bay", ...subject }],
    });
  const role = (kind: string) => object("rbac.authorization.k8s.io/v1", kind, "pier", { rules: [] });
  const account = object("v1", "ServiceAccount", "pier");

  it("must name a Role that exists", () => {
    const broken = binding("RoleBinding", { name: "pier-reader" });
    expect(danglingIn(manifestOf(role("Role"), account, broken))).toMatchObject([
      { severity: "error", reason: "NoSuchRole", field: "roleRef.name", hint: 'did you mean "pier"?' },
    ]);
    expect(danglingIn(manifestOf(role("Role"), account, binding("RoleBinding", {})))).toEqual([]);
  });

  it("must name the right kind of role", () => {
    expect(danglingIn(manifestOf(role("ClusterRole"), account, binding("RoleBinding", {})))).toMatchObject([
      { reason: "NoSuchRole", hint: "there is a ClusterRole of this name: correct roleRef.kind" },
    ]);
  });

  it("may name a ClusterRole of the cluster", () => {
    const view = binding("ClusterRoleBinding", { kind: "ClusterRole", name: "view" });
    const existing = manifestOf(object("rbac.authorization.k8s.io/v1", "ClusterRole", "view"));
    expect(danglingIn(manifestOf(account, view), { existing })).toEqual([]);
    expect(danglingIn(manifestOf(account, view))).toMatchObject([{ severity: "warning" }]);
  });

  it.each([
    ["vew", 'did you mean "view", which every cluster has?'],
    ["cluster-amdin", 'did you mean "cluster-admin", which every cluster has?'],
    ["viewers", expect.stringContaining("create the ClusterRole")],
  ])("hints at the ClusterRole of Kubernetes that %s misspells", (name, hint) => {
    const labels = { "kubernetes.io/bootstrapping": "rbac-defaults" };
    const roles = ["view", "cluster-admin"].map((own) =>
      object("rbac.authorization.k8s.io/v1", "ClusterRole", own, { metadata: { name: own, labels } }),
    );
    const misspelt = binding("ClusterRoleBinding", { kind: "ClusterRole", name });
    expect(danglingIn(manifestOf(account, misspelt), { existing: manifestOf(...roles) })).toMatchObject([
      { severity: "warning", reason: "NoSuchRole", hint },
    ]);
  });

  it("must name an account that exists", () => {
    const broken = binding("RoleBinding", {}, { name: "pier-server" });
    expect(danglingIn(manifestOf(role("Role"), account, broken))).toMatchObject([
      { severity: "error", reason: "NoSuchServiceAccount", field: "subjects[0].name", hint: 'did you mean "pier"?' },
    ]);
    expect(danglingIn(manifestOf(role("Role"), account, binding("RoleBinding", {}, { name: "default" })))).toEqual([]);
  });

  it("must name the namespace of the account", () => {
    const broken = binding("ClusterRoleBinding", { kind: "ClusterRole" }, { namespace: "default" });
    expect(danglingIn(manifestOf(role("ClusterRole"), account, broken))).toMatchObject([
      { severity: "error", reason: "NoSuchServiceAccount", field: "subjects[0].namespace" },
    ]);
    const other = binding(
      "ClusterRoleBinding",
      { kind: "ClusterRole" },
      { name: "prometheus", namespace: "monitoring" },
    );
    expect(danglingIn(manifestOf(role("ClusterRole"), account, other))).toEqual([]);
  });

  it("must name an admission policy that exists", () => {
    const policy = (policyName: string) =>
      object("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", "pier", { spec: { policyName } });
    const own = object("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", "pier-rules");
    expect(danglingIn(manifestOf(own, policy("pier-rule")))).toMatchObject([
      { severity: "error", reason: "NoSuchPolicy" },
    ]);
    expect(danglingIn(manifestOf(own, policy("pier-rules")))).toEqual([]);
  });
});
