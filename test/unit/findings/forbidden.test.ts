import { describe, expect, it } from "vitest";
import { statusFindings } from "../../../src/findings/status-findings.ts";
import type { KubeObject } from "../../../src/kube/object-ref.ts";

const found = (message: string, object?: KubeObject) =>
  statusFindings({ kind: "Status", reason: "Forbidden", message }, object);

describe("a refusal by the authorizer", () => {
  it.each([
    [
      'clusterroles.rbac.authorization.k8s.io is forbidden: User "jane" cannot create resource "clusterroles" in API group "rbac.authorization.k8s.io" at the cluster scope',
      "create clusterroles.rbac.authorization.k8s.io",
    ],
    [
      'secrets "a" is forbidden: User "jane" cannot get resource "secrets" in API group "" in the namespace "demo"',
      "get secrets",
    ],
    [
      'pods "a" is forbidden: User "jane" cannot create resource "pods/exec" in API group "" in the namespace "demo": RBAC: role "x" not found',
      "create pods/exec",
    ],
    ['forbidden: User "jane" cannot get path "/metrics"', "get /metrics"],
  ])("is a right that is missing: %s", (message, right) => {
    expect(found(message)).toEqual([{ reason: "MissingRight", message: `the user "jane" may not ${right}` }]);
  });

  it.each([
    'pods "web" is forbidden: exceeded quota: small, requested: pods=1',
    'pods "web" is forbidden: violates PodSecurity "restricted:latest": privileged',
    "deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: no",
  ])("is not a refusal by a policy: %s", (message) => {
    expect(found(message)).toEqual([{ reason: "Forbidden", message }]);
  });
});

describe("a refusal to grant rights", () => {
  const begin =
    'roles.rbac.authorization.k8s.io "leader" is forbidden: user "jane" (groups=["crew" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n';
  const role = (...rules: object[]): KubeObject => ({
    apiVersion: "v1",
    kind: "Role",
    metadata: { name: "leader" },
    rules,
  });

  it("names each rule, and its place in the Role", () => {
    const text = `${begin}{APIGroups:[""], Resources:["nodes"], ResourceNames:["a" "b"], Verbs:["get" "list"]}\n{NonResourceURLs:["/metrics"], Verbs:["get"]}`;
    const rules = [
      { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get"] },
      { apiGroups: [""], resources: ["nodes", "pods"], resourceNames: ["a", "b"], verbs: ["*"] },
      { nonResourceURLs: ["/metrics"], verbs: ["get"] },
    ];
    expect(found(text, role(...rules))).toMatchObject([
      {
        reason: "PrivilegeEscalation",
        field: "rules[1]",
        message: 'the user "jane" may not grant what the user does not have: get and list nodes named a and b',
      },
      { field: "rules[2]", message: expect.stringContaining("get /metrics") },
    ]);
  });

  it("has no place without the object, and the role of a binding", () => {
    const text = `${begin}{APIGroups:["*"], Resources:["*"], Verbs:["*"]}; resolution errors: [role.rbac "x" not found]`;
    expect(found(text)).toEqual([expect.not.objectContaining({ field: expect.anything() })]);
    const binding = {
      apiVersion: "v1",
      kind: "RoleBinding",
      metadata: { name: "a" },
      roleRef: { name: "cluster-admin" },
    };
    expect(found(text, binding)).toMatchObject([{ field: "roleRef", message: expect.stringContaining("* *.*") }]);
  });
});
