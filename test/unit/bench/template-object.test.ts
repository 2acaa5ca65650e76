import { describe, expect, it } from "vitest";
import { evaluateCondition } from "../../../bench/catches/template/condition.ts";
import { TemplateObject } from "../../../bench/catches/template/template-object.ts";

const template = `{{- if .Values.enabled }}
apiVersion: v1
kind: Service
metadata:
  name: web
  {{- with .Values.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  ports:
    - name: http
      port: 80
    {{- if .Values.metrics }}
    - name: metrics
      port: 9090
    {{- else }}
    - port: 1
    {{- end }}
  selector:
    {{- include "labels" . | nindent 4 }}
{{- end }}
`;

function open(values: unknown, text = template) {
  const state = { text };
  const store = (changed: string) => {
    state.text = changed;
  };
  const object = new TemplateObject("a.yaml", text, { start: 0, end: text.split("\n").length }, { values, store });
  return { state, object };
}

describe("TemplateObject", () => {
  it("sees the fields that the values switch on", () => {
    const { object } = open({ enabled: true, metrics: true });
    expect(object.kind).toBe("Service");
    expect(object.value("spec.ports.1.name")).toBe("metrics");
    expect(object.count("spec.ports")).toBe(2);
    expect(object.has("metadata.annotations")).toBe(false);
    expect(open({ enabled: true }).object.value("spec.ports.1.port")).toBe("1");
  });

  it.each<[string, (object: TemplateObject) => void, string, string]>([
    ["a value", (object) => object.set("spec.ports.0.port", "81"), "      port: 80\n", "      port: 81\n"],
    [
      "a mapping",
      (object) => object.set("spec.selector", "{}"),
      'selector:\n    {{- include "labels" . | nindent 4 }}',
      "selector: {}",
    ],
    ["the first key of an item", (object) => object.set("spec.ports.0.name", "web"), "- name: http", "- name: web"],
    ["a key", (object) => object.rename("spec.ports.0.port", "prt"), "      port: 80\n", "      prt: 80\n"],
  ])("replaces %s", (_title, change, before, after) => {
    const { object, state } = open({ enabled: true });
    change(object);
    expect(state.text).toBe(template.replace(before, after));
  });

  it.each<[string, (object: TemplateObject) => void, string, string]>([
    [
      "a field to a mapping",
      (object) => object.add("metadata", "labels: {}"),
      "  name: web\n",
      "  labels: {}\n  name: web\n",
    ],
    [
      "a field to what a helper renders",
      (object) => object.add("spec.selector", "a: b"),
      "selector:\n",
      "selector:\n    a: b\n",
    ],
    [
      "a field to an item",
      (object) => object.add("spec.ports.0", "nodePort: 1"),
      "- name: http\n",
      "- name: http\n      nodePort: 1\n",
    ],
    [
      "a field to the object",
      (object) => object.add("", "immutable: true"),
      "kind: Service\n",
      "kind: Service\nimmutable: true\n",
    ],
    [
      "a field that is missing",
      (object) => object.set("spec.type", "NodePort"),
      "spec:\n",
      "spec:\n  type: NodePort\n",
    ],
  ])("adds %s", (_title, change, before, after) => {
    const { object, state } = open({ enabled: true });
    change(object);
    expect(state.text).toBe(template.replace(before, after));
  });

  it("adds an item behind the last one that is shown", () => {
    const { object, state } = open({ enabled: true, metrics: true });
    object.append("spec.ports", "name: more\nport: 1");
    expect(state.text).toContain("      port: 9090\n    - name: more\n      port: 1\n");
  });

  it("removes a field, an item, and the first key of an item", () => {
    const { object, state } = open({ enabled: true, metrics: true });
    object.remove("spec.ports.0.name");
    expect(state.text).toContain("  ports:\n    - port: 80\n    {{- if");
    object.remove("spec.ports.0");
    expect(state.text).toContain("  ports:\n    {{- if");
    object.remove("spec.selector");
    expect(state.text).toMatch(/\{\{- end \}\}\n\{\{- end \}\}\n$/);
  });

  it("does not read the content of a text as fields", () => {
    const text = "kind: ConfigMap\ndata:\n  a.conf: |\n    kind: Secret\n  b: c\n";
    const { object } = open({}, text);
    expect([object.has("data.b"), object.has(["data", "a.conf"]), object.has(["data", "a.conf", "kind"])]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe("evaluateCondition", () => {
  it.each([
    [".Values.on", true],
    ["not .Values.on", false],
    ["$.Values.list", false],
    ["and .Values.on (not .Values.list)", true],
    ["or .Values.list (gt (int .Values.count) 1)", undefined],
    ["and .Values.list (gt (int .Values.count) 1)", false],
    ["eq .Values.on true", undefined],
    [".Values.absent.key", false],
    ["include .Values.on", undefined],
  ])("judges %s as %s", (expression, answer) => {
    expect(evaluateCondition(expression, { on: true, list: [], count: 1 })).toBe(answer);
  });
});
