import { describe, expect, it } from "vitest";
import { parseManifest } from "../../../src/chart/manifest.ts";
import type { KubeResource } from "../../../src/kube/discovery.ts";
import { limitedRules } from "../../../src/rbac/limited-rules.ts";

const served = (apiVersion: string, kind: string, isNamespaced: boolean): KubeResource => ({
  apiVersion,
  kind,
  plural: `${kind.toLowerCase()}s`,
  isNamespaced,
  verbs: ["get"],
});
const resources = [
  served("v1", "Pod", true),
  served("v1", "Node", false),
  served("v1", "Namespace", false),
  served("coordination.k8s.io/v1", "Lease", true),
];
const RBAC = "rbac.authorization.k8s.io/v1";
const role = (kind: string, rules: object[], name = "web", labels = {}) => ({
  apiVersion: RBAC,
  kind,
  metadata: { name, labels },
  rules,
});
const binding = (kind: string, roleKind: string, name = "web") => ({
  apiVersion: RBAC,
  kind,
  metadata: { name },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: roleKind, name },
  subjects: [{ kind: "ServiceAccount", name: "web", namespace: "bay" }],
});

function found(...documents: object[]): string[] {
  const manifest = documents.map((document) => `# Source: web/templates/a.yaml\n${JSON.stringify(document)}`);
  const objects = parseManifest(manifest.join("\n---\n")).map((document) => ({
    ...document,
    role: "manifest" as const,
  }));
  return limitedRules(objects, resources).map(
    ({ severity, reason, field, message }) => `${severity} ${reason} ${field}: ${message}`,
  );
}

const nodes = { apiGroups: [""], resources: ["pods", "nodes"], verbs: ["get", "list"] };
const metrics = { nonResourceURLs: ["/metrics"], verbs: ["get"] };
const leases = { apiGroups: ["coordination.k8s.io"], resources: ["leases"] };

describe("a rule for cluster-scoped resources", () => {
  it("has no effect in a Role", () => {
    expect(found(role("Role", [nodes]))).toEqual([
      "warning ClusterScopedResource rules[0].resources: the rule grants nothing for nodes: outside of namespaces, a Role has no effect",
    ]);
  });

  it("has no effect in a ClusterRole that only a RoleBinding gives, nor has a path", () => {
    const clusterRole = role("ClusterRole", [nodes, metrics]);
    expect(found(clusterRole, binding("RoleBinding", "ClusterRole"))).toEqual([
      expect.stringMatching(/^warning ClusterScopedResource rules\[0\]\.resources: /),
      "warning ClusterScopedResource rules[1].nonResourceURLs: the rule grants nothing for /metrics: outside of namespaces, a ClusterRole that only RoleBindings give has no effect",
    ]);
    expect(found(clusterRole, binding("ClusterRoleBinding", "ClusterRole"))).toEqual([]);
    // Users bind it, or another role has its rules.
    expect(found(clusterRole)).toEqual([]);
    const label = { "rbac.authorization.k8s.io/aggregate-to-view": "true" };
    expect(found(role("ClusterRole", [nodes], "web", label), binding("RoleBinding", "ClusterRole"))).toEqual([]);
  });

  it("is superfluous next to a role that grants it in the cluster", () => {
    const wide = [role("ClusterRole", [nodes], "wide"), binding("ClusterRoleBinding", "ClusterRole", "wide")];
    expect(found(role("Role", [nodes]), ...wide)).toEqual([]);
  });

  it("may be about the Namespace that the Role is in", () => {
    const namespaces = { apiGroups: [""], resources: ["namespaces"] };
    expect(found(role("Role", [{ ...namespaces, verbs: ["get"] }]))).toEqual([]);
    expect(found(role("Role", [{ ...namespaces, verbs: ["list", "watch"] }]))).toHaveLength(1);
  });
});

describe("a rule with names", () => {
  it("does not grant the creation of an object", () => {
    const rule = { ...leases, resourceNames: ["leader"], verbs: ["get", "create", "update"] };
    expect(found(role("Role", [rule]))).toEqual([
      "warning NamedCreate rules[0].resourceNames: the rule does not grant create of leases: such a request has no name, and the rule has resourceNames",
    ]);
    expect(found(role("Role", [rule, { ...leases, verbs: ["create"] }]))).toEqual([]);
    expect(found(role("Role", [{ ...rule, resources: ["leases/status"] }]))).toEqual([]);
    expect(found(role("Role", [{ ...rule, verbs: ["get", "update"] }]))).toEqual([]);
  });
});
