import { describe, expect, it } from "vitest";
import { parseManifest } from "../../../src/chart/manifest.ts";
import type { KubeResource } from "../../../src/kube/discovery.ts";
import { roleFindings } from "../../../src/rbac/role-findings.ts";

const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const served = (
  apiVersion: string,
  kind: string,
  plural = `${kind.toLowerCase()}s`,
  subresources: string[] = [],
): KubeResource => ({ apiVersion, kind, plural, isNamespaced: true, verbs, subresources });
const resources = [
  served("v1", "Pod", "pods", ["exec", "log", "portforward", "status"]),
  served("v1", "Node", "nodes", ["proxy", "status"]),
  served("v1", "Secret"),
  served("v1", "ServiceAccount"),
  served("v1", "Event"),
  served("events.k8s.io/v1", "Event"),
  served("apps/v1", "Deployment"),
  served("networking.k8s.io/v1", "Ingress", "ingresses"),
  served("policy/v1", "PodDisruptionBudget"),
  served("rbac.authorization.k8s.io/v1", "ClusterRole"),
  served("certificates.k8s.io/v1", "CertificateSigningRequest"),
];

function findings(...rules: object[]) {
  const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "web" }, rules };
  const objects = parseManifest(`# Source: web/templates/role.yaml\n${JSON.stringify(role)}`).map((document) => ({
    ...document,
    role: "manifest" as const,
  }));
  return roleFindings(objects, resources).map(({ severity, reason, field, message, hint }) => ({
    found: `${severity} ${reason} ${field}`,
    message,
    hint,
  }));
}

const found = (...rules: object[]) => findings(...rules).map((finding) => finding.found);

describe("a rule that grants nothing", () => {
  it("names a resource in the wrong API group", () => {
    expect(findings({ apiGroups: [""], resources: ["pods", "deployments"], verbs: ["get"] })).toEqual([
      {
        found: "error WrongApiGroup rules[0].apiGroups",
        message: 'the rule grants nothing for deployments: they are in the API group apps, not in "" (core)',
        hint: 'write apiGroups: ["apps"] for deployments',
      },
    ]);
    expect(found({ apiGroups: ["apps"], resources: ["secrets"], verbs: ["get"] })).toEqual([
      "error WrongApiGroup rules[0].apiGroups",
    ]);
    expect(found({ apiGroups: [""], resources: ["ingresses/status"], verbs: ["update"] })).toEqual([
      "error WrongApiGroup rules[0].apiGroups",
    ]);
  });

  it("names a version in place of the API group, or a group that nobody can have", () => {
    expect(findings({ apiGroups: ["apps/v1"], resources: ["deployments"], verbs: ["get"] })).toEqual([
      {
        found: "error WrongApiGroup rules[0].apiGroups",
        message: 'the rule grants nothing in "apps/v1": no API group has this name',
        hint: 'write apiGroups: ["apps"]: rules name groups without a version, and the core group is ""',
      },
    ]);
    for (const group of ["core", "v1", "core/v1"]) {
      expect(findings({ apiGroups: [group], resources: ["pods"], verbs: ["get"] })).toMatchObject([
        { found: "error WrongApiGroup rules[0].apiGroups", hint: expect.stringContaining('apiGroups: [""]') },
      ]);
      expect(found({ apiGroups: ["", group], resources: ["pods"], verbs: ["get"] })).toEqual([
        "warning WrongApiGroup rules[0].apiGroups",
      ]);
    }
    expect(found({ apiGroups: ["app"], resources: ["deployments"], verbs: ["get"] })).toHaveLength(1);
  });

  it("names the API group in the resource", () => {
    expect(findings({ apiGroups: ["apps"], resources: ["deployments.apps"], verbs: ["get"] })).toMatchObject([
      { found: "error UnknownResource rules[0].resources", hint: expect.stringContaining('write "deployments"') },
    ]);
  });

  it("is only superfluous when another rule of the role grants the resource", () => {
    const wrong = { apiGroups: [""], resources: ["deployments"], verbs: ["get"] };
    const right = { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get"] };
    expect(found(wrong, right)).toEqual(["warning WrongApiGroup rules[0].apiGroups"]);
    const all = { apiGroups: ["*"], resources: ["*"], verbs: ["*"] };
    expect(found(wrong, all)).toEqual(["warning WrongApiGroup rules[0].apiGroups"]);
  });

  it("names a resource by its kind or in the singular", () => {
    expect(findings({ apiGroups: [""], resources: ["secret"], verbs: ["get"] })).toEqual([
      {
        found: "error UnknownResource rules[0].resources",
        message: 'the rule grants nothing for secret: the API group "" (core) has no such resource',
        hint: 'write "secrets": rules name resources in the plural and in lower case',
      },
    ]);
    expect(found({ apiGroups: ["apps"], resources: ["Deployment"], verbs: ["get"] })).toHaveLength(1);
    expect(findings({ apiGroups: [""], resources: ["deployment"], verbs: ["get"] })).toMatchObject([
      { hint: expect.stringMatching(/^write "deployments" and apiGroups: \["apps"\]/) },
    ]);
  });

  it("misspells a subresource", () => {
    expect(findings({ apiGroups: [""], resources: ["pods", "pods/logs"], verbs: ["get"] })).toEqual([
      {
        found: "error UnknownResource rules[0].resources",
        message: "the rule grants nothing for pods/logs: pods have no such subresource",
        hint: 'write "pods/log"',
      },
    ]);
    expect(found({ apiGroups: ["", "apps"], resources: ["pods/statuses"], verbs: ["get"] })).toHaveLength(1);
  });

  it("has all subresources of one resource, which only */subresource can name", () => {
    expect(findings({ apiGroups: [""], resources: ["pods/*"], verbs: ["get"] })).toEqual([
      {
        found: "error UnknownResource rules[0].resources",
        message: "the rule grants nothing for pods/*: a * is a whole resource, or stands before the slash",
        hint: "list the subresources, such as pods/status",
      },
    ]);
    expect(found({ apiGroups: [""], resources: ["pods", "pods/*"], verbs: ["get"] })).toEqual([
      "warning UnknownResource rules[0].resources",
    ]);
    expect(found({ apiGroups: [""], resources: ["*", "pods/*"], verbs: ["get"] })).toEqual([]);
  });

  it("has a path that no request has", () => {
    expect(findings({ nonResourceURLs: ["/healthz", "metrics"], verbs: ["get"] })).toEqual([
      {
        found: "error UnknownResource rules[0].nonResourceURLs",
        message: "the rule grants nothing for metrics: the path of a request begins with a slash",
        hint: 'write "/metrics"',
      },
    ]);
    for (const path of ["*/metrics", "/apis/*/status"]) {
      expect(findings({ nonResourceURLs: [path], verbs: ["get"] })).toMatchObject([
        { message: `the rule grants nothing for ${path}: a * matches only at the end of a path` },
      ]);
    }
    expect(found({ nonResourceURLs: ["/metrics/*", "/healthz*", "*"], verbs: ["get"] })).toEqual([]);
  });

  it("has no API group, which the API server refuses", () => {
    expect(found({ resources: ["pods"], verbs: ["get"] })).toEqual([]);
  });

  it("names a verb that does not exist", () => {
    expect(findings({ apiGroups: [""], resources: ["pods"], verbs: ["get", "lists"] })).toMatchObject([
      { found: "error UnknownVerb rules[0].verbs", hint: 'write "list"' },
    ]);
    expect(found({ apiGroups: [""], resources: ["pods"], verbs: ["read"] })).toEqual([
      "error UnknownVerb rules[0].verbs",
    ]);
    expect(found({ apiGroups: [""], resources: ["pods"], verbs: ["GET"] })).toHaveLength(1);
    expect(findings({ nonResourceURLs: ["/metrics"], verbs: ["list"] })).toMatchObject([
      { found: "error UnknownVerb rules[0].verbs", hint: 'write "get"' },
    ]);
    expect(found({ apiGroups: [""], resources: ["pods"], verbs: ["bind"] })).toHaveLength(1);
    expect(found({ apiGroups: [""], resources: ["pods"], verbs: ["impersonate-on:user-info:lists"] })).toHaveLength(1);
    expect(found({ apiGroups: [""], resources: ["pods"], verbs: ["associated-node:patch"] })).toHaveLength(1);
  });
});

describe("a rule that is not judged, or grants what it says", () => {
  it.each([
    [{ apiGroups: ["", "apps"], resources: ["pods", "deployments"], verbs: ["*"] }],
    [{ apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] }],
    [{ apiGroups: ["*"], resources: ["deployments"], verbs: ["get"] }],
    [{ apiGroups: [""], resources: ["*"], verbs: ["get"] }],
    [{ apiGroups: [""], resources: ["pods/log", "*/scale"], verbs: ["get"] }],
    [
      {
        apiGroups: ["resource.k8s.io"],
        resources: ["resourceclaims/driver"],
        verbs: ["associated-node:patch", "arbitrary-node:update"],
      },
    ],
    [{ apiGroups: ["authentication.k8s.io"], resources: ["users", "nodes"], verbs: ["impersonate:associated-node"] }],
    [{ apiGroups: [""], resources: ["pods"], verbs: ["impersonate-on:user-info:list"] }],
    // The API server does not serve these subresources, and asks for them.
    [{ apiGroups: [""], resources: ["nodes/stats", "nodes/metrics", "pods/finalizers"], verbs: ["get", "update"] }],
    // One that another version may have.
    [{ apiGroups: [""], resources: ["pods/checkpoint"], verbs: ["create"] }],
    // A group that is gone, or one of another project.
    [{ apiGroups: ["extensions"], resources: ["ingresses"], verbs: ["get"] }],
    [{ apiGroups: ["metrics.k8s.io"], resources: ["pods"], verbs: ["get"] }],
    [{ apiGroups: ["", "cert-manager.io"], resources: ["certificates"], verbs: ["get"] }],
    [{ apiGroups: ["monitoring.example.com"], resources: ["rules"], verbs: ["evaluate"] }],
    // A resource that was removed from a group that still exists.
    [{ apiGroups: ["policy"], resources: ["podsecuritypolicies"], verbs: ["use"] }],
    [{ apiGroups: ["certificates.k8s.io"], resources: ["signers"], verbs: ["approve", "sign"] }],
    [{ apiGroups: [""], resources: ["users", "groups", "serviceaccounts"], verbs: ["impersonate"] }],
    [{ apiGroups: ["rbac.authorization.k8s.io"], resources: ["clusterroles"], verbs: ["bind", "escalate"] }],
    [{ nonResourceURLs: ["/metrics"], verbs: ["get"] }],
  ])("%j", (rule) => {
    expect(found(rule)).toEqual([]);
  });

  it("is that of an aggregated ClusterRole, which has none", () => {
    const role = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "a" },
      rules: null,
    };
    const objects = parseManifest(JSON.stringify(role)).map((document) => ({ ...document, role: "manifest" as const }));
    expect(roleFindings(objects, resources)).toEqual([]);
  });
});
