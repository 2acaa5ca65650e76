import { describe, expect, it } from "vitest";
import { parseManifest } from "../../../../src/chart/manifest.ts";
import type { Finding } from "../../../../src/findings/finding.ts";
import { hookRunWarnings } from "../../../../src/release/dry-run/hook-run-warnings.ts";

interface Hook {
  kind?: string;
  name?: string;
  events?: string[];
  policies?: string[];
  annotations?: Record<string, string>;
  spec?: object;
}

function warningsOf(given: Hook): Finding[] {
  const { kind = "Job", name = "migrate", events = ["pre-upgrade"], policies = [], annotations, spec } = given;
  const object = { apiVersion: "batch/v1", kind, metadata: { name, annotations }, spec };
  const hook = { name, kind, path: "", manifest: "", events, weight: 0, deletePolicies: policies };
  return parseManifest(JSON.stringify(object), "web/templates/a.yaml").flatMap((document) =>
    hookRunWarnings({ ...document, role: "hook", hook }),
  );
}

describe("a hook that stays when it succeeds", () => {
  it("is not run again", () => {
    expect(warningsOf({ policies: ["hook-failed"], events: ["pre-install", "pre-upgrade"] })).toMatchObject([
      {
        severity: "warning",
        reason: "HookRunsOnce",
        message:
          "Helm runs it once: with its helm.sh/hook-delete-policy it stays when it succeeds, and the next pre-install or pre-upgrade finds it finished",
        hint: "add before-hook-creation to helm.sh/hook-delete-policy",
      },
    ]);
  });

  it.each<[string, Hook]>([
    ["without a policy, of which Helm has one", {}],
    ["that is deleted before its next run", { policies: ["hook-failed", "before-hook-creation"] }],
    ["that is deleted when it succeeds", { policies: ["hook-succeeded"] }],
    ["that Kubernetes deletes", { policies: ["hook-failed"], spec: { ttlSecondsAfterFinished: 60 } }],
    ["that does not run", { policies: ["hook-failed"], kind: "ConfigMap" }],
    ["with the number of the revision", { policies: ["hook-failed"], name: "migrate-1" }],
    ["of an uninstall", { policies: ["hook-failed"], events: ["post-delete"] }],
  ])("is not one %s", (_what, hook) => {
    expect(warningsOf(hook)).toEqual([]);
  });
});

describe("a hook that is to be kept", () => {
  const annotations = { "helm.sh/resource-policy": "keep" };

  it.each<[string, Hook]>([
    ["before-hook-creation", {}],
    ["hook-succeeded", { policies: ["hook-succeeded"], events: ["pre-install"] }],
  ])("is deleted all the same by %s", (policy, hook) => {
    expect(warningsOf({ ...hook, kind: "Secret", annotations })).toMatchObject([
      {
        reason: "IgnoredHookAnnotation",
        message: `Helm ignores its annotation helm.sh/resource-policy: it deletes hooks by helm.sh/hook-delete-policy, which is ${policy} here`,
      },
    ]);
  });

  it("is kept when nothing deletes it", () => {
    expect(warningsOf({ kind: "Secret", annotations, events: ["pre-install"] })).toEqual([]);
    expect(warningsOf({ kind: "Secret", annotations, policies: ["hook-failed"] })).toEqual([]);
  });
});
