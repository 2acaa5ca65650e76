import { describe, expect, it } from "vitest";
import { templateLine } from "../../../src/chart/template-line.ts";
import { writeChart } from "../../helpers/charts/write-chart.ts";

const service = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
`;
const deployment = `{{- if .Values.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    {{- include "labels" . | nindent 4 }}
spec:
  # Pods
  selector:
    matchLabels:
{{- if .Values.labels }}
      {{- toYaml .Values.labels | nindent 6 }}
{{- end }}
      app: web
  template:
    metadata: { labels: { app: web } }
    spec:
      nodeSelector: { a: b }
      containers:
        - name: a
          image: one
        - name: b
          image: two
{{- end }}
`;

async function lineIn(text: string, kind: string, ...path: (string | number)[]): Promise<number | undefined> {
  const chart = await writeChart({ "templates/a.yaml": text });
  return templateLine(chart, { template: "demo/templates/a.yaml", kind, path });
}

describe("the line of a field in a template", () => {
  it("is the line of the field itself", async () => {
    expect(await lineIn(deployment, "Deployment", "spec", "selector", "matchLabels", "app")).toBe(15);
  });

  it("is the line of the mapping around a key that a helper renders", async () => {
    expect(await lineIn(deployment, "Deployment", "spec", "selector", "matchLabels", "helm.sh/chart")).toBe(11);
    expect(await lineIn(deployment, "Deployment", "metadata", "labels", "app.kubernetes.io/name")).toBe(6);
  });

  it("is the line of the mapping around keys on one line", async () => {
    expect(await lineIn(deployment, "Deployment", "spec", "template", "metadata", "labels", "app")).toBe(17);
  });

  it("is the line of the list when several of its items have the key", async () => {
    expect(await lineIn(deployment, "Deployment", "spec", "template", "spec", "containers", 1, "image")).toBe(20);
  });

  it("is in the document of the kind", async () => {
    const both = `${service}---\n${deployment}`;
    expect(await lineIn(both, "Service", "spec", "selector", "app")).toBe(7);
    expect(await lineIn(both, "Deployment", "spec", "selector")).toBe(18);
  });

  it("is unknown when several lines may be it, when only spec is known, and for a packaged chart", async () => {
    expect(await lineIn(`${service}---\n${service}`, "Service", "spec", "selector", "app")).toBeUndefined();
    expect(await lineIn(service, "Service", "spec", "clusterIP")).toBeUndefined();
    const field = { template: "demo/templates/a.yaml", kind: "Service", path: ["spec", "selector"] };
    expect(await templateLine("/charts/demo-1.0.0.tgz", field)).toBeUndefined();
  });

  it("is found for a key in quotes, and for a list that begins at the indentation of its key", async () => {
    const set = `kind: StatefulSet
spec:
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      "storageClassName": fast
  serviceName: web
`;
    const path = ["spec", "volumeClaimTemplates", 0, "spec", "storageClassName"];
    expect(await lineIn(set, "StatefulSet", ...path)).toBe(7);
  });
});
