import { describe, expect, it } from "vitest";
import { parseManifest } from "../../../src/chart/manifest.ts";
import type { KubeResource } from "../../../src/kube/discovery.ts";
import { admissionRules } from "../../../src/rbac/admission-rules.ts";

const served = (apiVersion: string, plural: string): KubeResource => {
  return { apiVersion, kind: plural, plural, isNamespaced: true, verbs: ["get"] };
};
const resources = [served("v1", "pods"), served("apps/v1", "deployments"), served("example.com/v1", "boats")];
const found = (kind: string, fields: object) => {
  const object = { apiVersion: "admissionregistration.k8s.io/v1", kind, metadata: { name: "web" }, ...fields };
  const objects = parseManifest(JSON.stringify(object)).map((each) => ({ ...each, role: "manifest" as const }));
  return admissionRules(objects, resources).map(({ severity, reason, field, message, hint }) => ({
    found: `${severity} ${reason} ${field}`,
    message,
    hint,
  }));
};
const webhook = (rule: object) => found("ValidatingWebhookConfiguration", { webhooks: [{}, { rules: [rule] }] });

describe("a rule of a webhook or an admission policy", () => {
  it("matches nothing in the wrong API group", () => {
    const spec = { matchConstraints: { resourceRules: [{ apiGroups: [""], resources: ["deployments", "pods"] }] } };
    expect(found("ValidatingAdmissionPolicy", { spec })).toEqual([
      {
        found: "error WrongApiGroup spec.matchConstraints.resourceRules[0].apiGroups",
        message: 'the rule matches no deployments: they are in the API group apps, not in "" (core)',
        hint: 'write apiGroups: ["apps"] for deployments',
      },
    ]);
  });

  it("matches nothing with a name that is not a resource", () => {
    expect(webhook({ apiGroups: ["apps"], resources: ["deployment"] })).toEqual([
      {
        found: "error UnknownResource webhooks[1].rules[0].resources",
        message: "the rule matches no deployment: the API group apps has no such resource",
        hint: 'write "deployments": rules name resources in the plural and in lower case',
      },
    ]);
  });

  it("matches nothing with the kind of another API group", () => {
    expect(webhook({ apiGroups: [""], resources: ["Deployment"] })).toMatchObject([
      { hint: 'write "deployments" and apiGroups: ["apps"]: rules name resources in the plural and in lower case' },
    ]);
  });

  it.each([
    [{ apiGroups: ["", "apps"], resources: ["pods", "deployments"] }],
    [{ apiGroups: ["*"], resources: ["deployment"] }],
    [{ apiGroups: [""], resources: ["*", "pods/*", "*/scale"] }],
    [{ apiGroups: ["example.com"], resources: ["boat"] }],
    [{ apiGroups: ["extensions"], resources: ["ingresses"] }],
    [{ apiGroups: "apps", resources: null }],
  ])("is not reported for %j", (rule) => {
    expect(webhook(rule)).toEqual([]);
  });
});
