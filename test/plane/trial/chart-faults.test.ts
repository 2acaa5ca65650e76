import { symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { findingsIn, tryChart } from "../../helpers/try-chart.ts";

const containers = 'containers: [{ name: a, image: "example.invalid/a:1" }]';
const once = `spec:\n  template: { spec: { restartPolicy: Never, ${containers} } }\n`;
const deployment = (secret: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: a } }
  template:
    metadata: { labels: { app: a } }
    spec: { ${containers.replace("}]", `, envFrom: [{ secretRef: { name: ${secret} } }] }]`)} }
`;
const hook = (event: string) => `  annotations: { helm.sh/hook: "${event}" }\n`;

describe("a trial", () => {
  it("warns of each object that Helm skips because of its hook", async () => {
    const skipped = [configMap("one", {}, hook("pre-instal")), configMap("two", {}, hook("post-install,crd-install"))];
    const chart = await writeChart({ "templates/a.yaml": [...skipped, configMap("kept", { a: "b" })].join("---\n") });
    const result = await tryChart(chart);
    expect(result.verdict).toBe("passed");
    expect(findingsIn(result)).toEqual([
      {
        severity: "warning",
        step: "template",
        message: 'Helm skips this object: "pre-instal" in its annotation helm.sh/hook is not an event of a hook',
        reason: "UnknownHook",
        object: { apiVersion: "v1", kind: "ConfigMap", name: "one" },
        template: "demo/templates/a.yaml",
        hint: "did you mean pre-install?",
      },
      expect.objectContaining({ reason: "UnknownHook", hint: expect.stringContaining("crds/ directory") }),
    ]);
  });

  it("warns once of a schema that refers to another document, and enforces the rest", async () => {
    const elsewhere = { $ref: "https://schemas.invalid/definitions.json#/labels" };
    const schema = JSON.stringify({ properties: { labels: elsewhere, replicas: { type: "integer" } } });
    const template = { "templates/a.yaml": configMap("a", { a: "b" }), "values.schema.json": schema };
    const good = await tryChart(await writeChart({ ...template, "values.yaml": "replicas: 1\nlabels: { a: b }\n" }));
    expect(good.verdict).toBe("passed");
    expect(findingsIn(good)).toMatchObject([
      { severity: "warning", reason: "SchemaReference", template: "demo/values.schema.json" },
    ]);
    const bad = await tryChart(await writeChart({ ...template, "values.yaml": "replicas: many\n" }));
    expect(bad.verdict).toBe("failed");
    expect(findingsIn(bad).filter(({ severity }) => severity === "error")).toHaveLength(1);
  });

  it("reports a fault that lint and template both meet once", async () => {
    const missing = await tryChart(await writeChart({ "templates/a.yaml": configMap("{{ .Values.app.name }}") }));
    expect(missing.steps.map(({ verdict }) => verdict).slice(0, 3)).toEqual(["failed", "skipped", "skipped"]);
    expect(findingsIn(missing)).toMatchObject([{ step: "lint", template: "demo/templates/a.yaml", line: 4 }]);
    const latin1 = await writeChart({ "templates/a.yaml": configMap("a") });
    await writeFile(join(latin1, "values.yaml"), Buffer.from("note: gr\u00fc\u00dfe\n", "latin1"));
    const result = await tryChart(latin1);
    expect(result.verdict).toBe("failed");
    expect(findingsIn(result)).toMatchObject([
      {
        message: expect.stringContaining("Latin-1"),
        template: "demo/values.yaml",
        line: 1,
        hint: "save the file as UTF-8",
      },
    ]);
  });

  it("says that lookup finds nothing in lint", async () => {
    const uid = '{{ (lookup "v1" "Namespace" "" .Release.Namespace).metadata.uid }}';
    const result = await tryChart(await writeChart({ "templates/a.yaml": configMap("a", { uid }) }));
    expect(findingsIn(result)).toMatchObject([{ step: "lint", hint: expect.stringContaining("lookup finds nothing") }]);
    const other = await tryChart(
      await writeChart({ "templates/a.yaml": configMap("a", { uid: "{{ .Values.a.b }}" }) }),
    );
    expect(findingsIn(other)[0]?.hint).toBeUndefined();
  });

  it("warns of a link that leads out of the source tree, and follows the others", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a", { a: "b" }), "files/own.txt": "own" });
    await symlink("own.txt", join(chart, "files", "linked.txt"));
    await symlink("/etc/passwd", join(chart, "files", "leak.txt"));
    await symlink("nowhere", join(chart, "LICENSE"));
    const result = await tryChart(chart);
    expect(result.verdict).toBe("passed");
    expect(findingsIn(result)).toMatchObject([
      { severity: "warning", reason: "LinkNotFollowed", template: "demo/LICENSE" },
      { severity: "warning", reason: "LinkNotFollowed", template: "demo/files/leak.txt" },
    ]);
  });

  it.each([
    [
      "comes after the wait",
      "post-install",
      "before-hook-creation",
      /^hook Secret made \(demo\/templates\/a\.yaml\) creates it only after everything is ready/,
    ],
    [
      "is deleted by its own policy",
      "pre-install",
      "hook-succeeded",
      /^hook Secret made .* its helm\.sh\/hook-delete-policy hook-succeeded has removed it/,
    ],
  ])("names the hook that makes a Secret, but %s", async (_, event, policy, hint) => {
    const secret = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: made\n  annotations:\n    helm.sh/hook: ${event}\n    helm.sh/hook-delete-policy: ${policy}\n`;
    const chart = await writeChart({ "templates/a.yaml": `${secret}---\n${deployment("made")}` });
    const result = await tryChart(chart, { timeout: "10m", isAlone: true });
    expect(result.verdict).toBe("failed");
    expect(findingsIn(result)).toMatchObject([{ object: { kind: "Deployment" }, hint: expect.stringMatching(hint) }]);
  });

  it("names the post-install hook that may make what a Deployment waits for", async () => {
    const job = `apiVersion: batch/v1\nkind: Job\nmetadata: { name: certs, annotations: { helm.sh/hook: post-install } }\n${once}`;
    const chart = await writeChart({ "templates/a.yaml": `${job}---\n${deployment("made")}` });
    expect(findingsIn(await tryChart(chart, { timeout: "10m", isAlone: true }))).toMatchObject([
      {
        object: { kind: "Deployment" },
        hint: expect.stringMatching(/^if hook Job certs .* creates it, make that hook pre-install/),
      },
    ]);
  });

  it("has no warning of a hook's Job that Kubernetes removes after a time", async () => {
    const annotations = "annotations: { helm.sh/hook: pre-install, helm.sh/hook-delete-policy: before-hook-creation }";
    const spec = once.replace("spec:\n", "spec:\n  ttlSecondsAfterFinished: 60\n");
    const job = `apiVersion: batch/v1\nkind: Job\nmetadata: { name: migrate, ${annotations} }\n${spec}`;
    const chart = await writeChart({ "templates/a.yaml": `${configMap("a", { a: "b" })}---\n${job}` });
    const result = await tryChart(chart);
    expect({ verdict: result.verdict, findings: findingsIn(result) }).toEqual({ verdict: "passed", findings: [] });
  });

  it.each([
    ["it has no apiVersion", "kind: ConfigMap\nmetadata: { name: a }\n"],
    ["it has no apiVersion", "Notes: a text among the templates\n"],
    ["its apiVersion is not a string but 1", "apiVersion: 1\nkind: ConfigMap\nmetadata: { name: a }\n"],
    ["its kind is not a string but true", "apiVersion: v1\nkind: yes\nmetadata: { name: a }\n"],
  ])("fails for a document that is not an object: %s", async (message, document) => {
    const chart = await writeChart({ "templates/a.yaml": `${configMap("b", { a: "b" })}---\n${document}` });
    const result = await tryChart(chart);
    expect(result.steps.flatMap(({ error }) => error ?? [])).toEqual([]);
    expect(findingsIn(result).filter(({ severity }) => severity === "error")).toMatchObject([
      { step: "dry-run", message: expect.stringContaining(message), template: "demo/templates/a.yaml" },
    ]);
  });

  it("could not check a chart that fails without a file that was not read", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap('{{ include "name" . }}') });
    await symlink(join(dirname(chart), "..", "helpers.tpl"), join(chart, "templates", "_helpers.tpl"));
    const result = await tryChart(chart);
    expect(result.verdict).toBe("errored");
    expect(result.steps[0]?.error?.message).toContain("the link templates/_helpers.tpl to ");
  });
});
