import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../../src/kube/object-ref.ts";
import { grantedRights } from "../../../src/rbac/granted-rights.ts";
import { renderGrantedRights } from "../../../src/report/granted-rights.ts";
import { makeStyle } from "../../../src/report/style.ts";
import { trial } from "../../helpers/sample-suite.ts";

const apiVersion = "rbac.authorization.k8s.io/v1";
const role = (kind: "Role" | "ClusterRole", name: string, ...rules: object[]): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name },
  rules,
});
const binding = (kind: "RoleBinding" | "ClusterRoleBinding", { kind: roleKind, metadata }: KubeObject): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: `${metadata.name}-${kind}` },
  roleRef: { kind: roleKind, name: metadata.name },
  subjects: [{ kind: "ServiceAccount", name: "web" }],
});
const workload = (kind: string, account = "web"): KubeObject => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name: "web" },
  spec: { template: { spec: { serviceAccountName: account } } },
});
const rule = (group: string, resource: string, ...verbs: string[]) => ({
  apiGroups: [group],
  resources: [resource],
  verbs,
});
const inCluster = (...rules: object[]) => {
  const held = role("ClusterRole", "web", ...rules);
  return [held, binding("ClusterRoleBinding", held)];
};
const found = (objects: KubeObject[]) =>
  grantedRights(objects).map(({ reason, field, message }) => `${reason} ${field}: ${message}`);

describe("the rights that the chart's roles grant", () => {
  it("are everything, once for a role", () => {
    const all = { apiGroups: ["*"], resources: ["*"], verbs: ["*"] };
    const secrets = rule("", "secrets", "get");
    expect(found(inCluster(secrets, all))).toEqual([
      "GrantsEverything rules[1]: grants everything in the whole cluster",
    ]);
    const held = role("Role", "web", all);
    expect(found([held, binding("RoleBinding", held)])).toEqual([
      "GrantsEverything rules[0]: grants everything in the namespace",
    ]);
  });

  it.each([
    [rule("", "secrets", "list")],
    [rule("", "secrets", "*")],
    [rule("", "*", "get")],
    [rule("*", "secrets", "watch", "list")],
  ])("are the Secrets of all namespaces by %j", (granted) => {
    expect(found(inCluster(granted))).toEqual(["ReadsAllSecrets rules[0]: reads the Secrets of all namespaces"]);
  });

  it("are not the Secrets of one namespace, named Secrets, or the right to create them", () => {
    const held = role("ClusterRole", "web", rule("", "secrets", "get"));
    expect(found([held, binding("RoleBinding", held)])).toEqual([]);
    expect(found([held])).toEqual([]);
    expect(found(inCluster({ ...rule("", "secrets", "get"), resourceNames: ["tls"] }))).toEqual([]);
    expect(found(inCluster(rule("", "secrets", "create"), rule("example.com", "secrets", "get")))).toEqual([]);
  });

  it.each([
    [rule("rbac.authorization.k8s.io", "clusterroles", "escalate"), "escalate of clusterroles"],
    [rule("rbac.authorization.k8s.io", "roles", "*"), "escalate of roles and bind of roles"],
    [rule("", "users", "impersonate"), "impersonate of users"],
    [rule("", "pods/exec", "create"), "pods/exec"],
    [rule("", "nodes/proxy", "get"), "nodes/proxy"],
    [rule("", "serviceaccounts/token", "create"), "serviceaccounts/token"],
  ])("are those with which a holder gets others: %j", (granted, names) => {
    expect(found(inCluster(granted))).toEqual([
      `MayEscalate rules[0]: grants ${names} in the whole cluster, with which its holder can get further rights`,
    ]);
  });

  it("are not the usual rights on roles and Pods", () => {
    expect(
      found(inCluster(rule("rbac.authorization.k8s.io", "roles", "get", "create"), rule("", "pods", "*"))),
    ).toEqual([]);
  });

  it("are less than what a cached client of a controller needs", () => {
    const rules = [
      rule("", "configmaps", "get", "list", "watch"),
      rule("apps", "deployments", "get", "update"),
      rule("", "nodes", "get", "list"),
      rule("coordination.k8s.io", "leases", "get", "update"),
      rule("", "pods/log", "get"),
    ];
    const expected =
      "GetsWithoutList rules[1]: lets a controller get deployments.apps and nodes, but not list and watch, as a cached client does first";
    expect(found([...inCluster(...rules), workload("Deployment")])).toEqual([expected]);
    // Who watches nothing has no informer, and a Job ends.
    expect(found([...inCluster(...rules.slice(1)), workload("Deployment")])).toEqual([]);
    expect(found([...inCluster(...rules), workload("Job")])).toEqual([]);
    expect(found([...inCluster(...rules), workload("Deployment", "other")])).toEqual([]);
  });

  it("are what all roles of a controller give together", () => {
    const reads = role("Role", "more", rule("apps", "deployments", "list", "watch"));
    const get = inCluster(rule("apps", "deployments", "get"));
    expect(found([...get, reads, binding("RoleBinding", reads), workload("StatefulSet")])).toEqual([]);
  });

  it("are not judged when a rule is malformed", () => {
    expect(found(inCluster({ apiGroups: [""], resources: "secrets", verbs: ["get"] }))).toEqual([]);
  });
});

describe("the report of the rights", () => {
  it("is one line for each chart, whatever the number of cases", () => {
    const secrets = inCluster(rule("", "secrets", "get"), rule("", "nodes/proxy", "get"));
    const rights = [...grantedRights(secrets), ...grantedRights(inCluster(rule("", "pods/exec", "create")))];
    const trials = [trial("web/default", [], { rights }), trial("web/ci/a-values.yaml", [], { rights })];
    expect(renderGrantedRights([...trials, trial("other/default")], makeStyle(false), 400)).toEqual([
      "Rights: web: ClusterRole web reads the Secrets of all namespaces (ReadsAllSecrets); ClusterRole web grants nodes/proxy in the whole cluster, with which its holder can get further rights (MayEscalate); and 1 more (see --json)",
    ]);
    expect(renderGrantedRights([trial("other/default")], makeStyle(false), 400)).toEqual([]);
  });
});
