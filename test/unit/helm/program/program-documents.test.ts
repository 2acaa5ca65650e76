import { describe, expect, it } from "vitest";
import { releaseDocuments } from "../../../../src/findings/release-documents.ts";
import { readTemplateOutput } from "../../../../src/helm/program/program-documents.ts";

const output = `---
# Source: web/templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: blue
---
# Source: web/templates/hook.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: migrate
  annotations:
    helm.sh/hook: pre-install, pre-upgrade
    helm.sh/hook-weight: "-5"
    helm.sh/hook-delete-policy: hook-succeeded
`;

describe("the output of helm template", () => {
  it("is the manifest and the hooks, each with its template", () => {
    const { manifest, hooks } = readTemplateOutput(output);
    expect(hooks).toEqual([
      {
        name: "migrate",
        kind: "ConfigMap",
        path: "web/templates/hook.yaml",
        manifest: expect.stringMatching(/^apiVersion: v1\nkind: ConfigMap\n/),
        events: ["pre-install", "pre-upgrade"],
        weight: -5,
        deletePolicies: ["hook-succeeded"],
      },
    ]);
    const documents = releaseDocuments({ manifest, hooks });
    expect(documents.map(({ object, template }) => [object.metadata.name, template])).toEqual([
      ["blue", "web/templates/config.yaml"],
      ["migrate", "web/templates/hook.yaml"],
    ]);
  });

  it("may be empty", () => {
    expect(readTemplateOutput("\n---\n\n")).toEqual({ manifest: "", hooks: [] });
  });
});
