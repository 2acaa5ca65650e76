import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/findings/finding.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { findingsIn, tryChart } from "../../helpers/try-chart.ts";

const image = 'containers: [{ name: a, image: "example.invalid/a:1" }]';
const labels = '{ app: web, helm.sh/chart: "{{ .Chart.Name }}-{{ .Chart.Version }}" }';
const chartYaml = (more: string) => `apiVersion: v2\nname: demo\nversion: 0.1.0\n${more}`;

/** What the step template finds. */
async function staticFindings(files: Record<string, string>, values: Record<string, string> = {}): Promise<Finding[]> {
  const chart = await writeChart({ ...files, ...values });
  return findingsIn(await tryChart(chart, { inputs: { skip: ["upgrade", "reinstall"] } })).filter(
    ({ step }) => step === "template",
  );
}

describe("a chart of which only the version is raised", () => {
  const workload = (selector: string, pods: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: ${labels} }
spec:
  replicas: 1
  selector:
    matchLabels: ${selector}
  template: { metadata: { labels: ${pods} }, spec: { ${image} } }
`;

  it("cannot be upgraded with its version in a selector, and the later steps still run", async () => {
    const chart = await writeChart({ "templates/a.yaml": workload(labels, labels) });
    const result = await tryChart(chart);
    expect(findingsIn(result)).toEqual([
      {
        severity: "error",
        step: "template",
        message: expect.stringContaining("a new chart version (0.1.0 → 0.2.1) changes a field that is immutable"),
        reason: "VersionInImmutableField",
        object: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
        field: "spec.selector.matchLabels[helm.sh/chart]",
        template: "demo/templates/a.yaml",
        line: 7,
        notes: ['spec.selector.matchLabels[helm.sh/chart]: "demo-0.1.0" → "demo-0.2.1"'],
        hint: expect.stringContaining("kubectl delete deployment web"),
      },
    ]);
    expect(result.steps.map(({ name, verdict }) => [name, verdict])).toEqual(
      expect.arrayContaining([
        ["template", "failed"],
        ["upgrade", "passed"],
        ["reinstall", "passed"],
      ]),
    );
  });

  it("can be upgraded with its version in the labels of objects and Pods", async () => {
    expect(await staticFindings({ "templates/a.yaml": workload("{ app: web }", labels) })).toEqual([]);
  });

  it("cannot be upgraded with its appVersion in a volume claim template or in the template of a Job", async () => {
    const service =
      "apiVersion: v1\nkind: Service\nmetadata: { name: db }\nspec: { clusterIP: None, selector: { app: db }, ports: [{ port: 1 }] }\n";
    const set = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db } }, spec: { ${image} } }
  volumeClaimTemplates:
    - metadata: { name: data, labels: { app.kubernetes.io/version: "{{ .Chart.AppVersion }}" } }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;
    const job = (name: string, more = "") =>
      `apiVersion: batch/v1\nkind: Job\nmetadata: { name: "${name}" }\nspec:\n${more}  template: { spec: { restartPolicy: Never, containers: [{ name: a, image: "example.invalid/a:{{ .Chart.AppVersion }}" }] } }\n`;
    const files = {
      "Chart.yaml": chartYaml('appVersion: "1.16.0"\n'),
      "templates/a.yaml": [
        service,
        set,
        job("init"),
        job("init-{{ .Chart.AppVersion }}"),
        job("brief", "  ttlSecondsAfterFinished: 60\n"),
      ].join("---\n"),
    };
    const found = await staticFindings(files);
    expect(found.map(({ severity, object, field }) => [severity, object?.name, field])).toEqual([
      ["error", "db", "spec.volumeClaimTemplates[0].metadata.labels[app.kubernetes.io/version]"],
      ["error", "init", "spec.template.spec.containers[0].image"],
      ["warning", "brief", "spec.template.spec.containers[0].image"],
    ]);
    expect(found[0]?.message).toContain("a new appVersion (1.16.0 → 1.16.1)");
    expect(found[0]?.hint).toContain("kubectl delete statefulset db --cascade=orphan");
  });

  it("is not blamed for a field that is random in each rendering", async () => {
    const random = '{ app: web, run: "{{ randAlpha 5 | lower }}" }';
    const found = await staticFindings({ "templates/a.yaml": `{{- $r := randAlpha 5 }}\n${workload(random, random)}` });
    expect(found).toEqual([]);
  });
});

describe("two releases of a chart", () => {
  const role = (name: string, more = "") =>
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: "${name}"${more} }\nrules: []\n`;

  it("collide by a cluster-scoped name and by a name in a fixed namespace", async () => {
    const fixed = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: stock-shared, namespace: kube-system }\n";
    const found = await staticFindings({ "templates/a.yaml": `${role("stock-reader")}---\n${fixed}` });
    expect(found).toMatchObject([
      { severity: "warning", reason: "NameWithoutRelease", object: { kind: "ConfigMap", namespace: "kube-system" } },
      {
        severity: "warning",
        reason: "NameWithoutRelease",
        object: { kind: "ClusterRole", name: "stock-reader" },
        field: "metadata.name",
        template: "demo/templates/a.yaml",
      },
    ]);
  });

  it("do not collide by names that contain the release, that values choose, or that the cluster knows", async () => {
    const binding = role("{{ .Values.rbac.roleName }}-view");
    const hook = role(
      "stock-hook",
      ", annotations: { helm.sh/hook: pre-install, helm.sh/hook-delete-policy: hook-succeeded }",
    );
    const cls = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: { name: stock-high }\nvalue: 10\n";
    const found = await staticFindings({
      "values.yaml": "rbac: { roleName: stock-chosen }\n",
      "templates/a.yaml": [role("{{ .Release.Name }}-{{ .Release.Namespace }}"), binding, hook, cls].join("---\n"),
    });
    expect(found).toEqual([]);
  });

  it("do not collide when a chart refuses another namespace: it is installed once by design", async () => {
    const only = '{{- if hasPrefix "b-" .Release.Namespace }}{{ fail "install me elsewhere" }}{{ end }}\n';
    expect(await staticFindings({ "templates/a.yaml": only + role("stock-only") })).toEqual([]);
  });

  it("collide by a node port that the chart fixes, and not by one that the case names", async () => {
    const service =
      "apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { type: NodePort, selector: { app: web }, ports: [{ port: 80, nodePort: {{ .Values.port }} }] }\n";
    const pods = `---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: "example.invalid/a:1", ports: [{ containerPort: 80 }] }] } } }\n`;
    const files = { "values.yaml": "port: 30918\n", "templates/a.yaml": service + pods };
    expect(await staticFindings(files)).toMatchObject([
      {
        severity: "warning",
        reason: "FixedAddress",
        object: { kind: "Service", name: "web" },
        field: "spec.ports[0].nodePort",
        message: expect.stringContaining("every release uses the node port 30918"),
      },
    ]);
    const chart = await writeChart(files);
    const inputs = { skip: ["upgrade", "reinstall"] as const, set: ["port=30919"] };
    expect(findingsIn(await tryChart(chart, { inputs }))).toEqual([]);
  });
});

describe("a chart as a sub-chart", () => {
  const files = { "templates/a.yaml": configMap("a", { a: "b" }), "values.yaml": "name: a\n" };
  const schema = (more: string) =>
    `{ "type": "object", "additionalProperties": false, "properties": { "name": {}${more} } }`;

  it("is refused by a schema that does not know global", async () => {
    expect(await staticFindings({ ...files, "values.schema.json": schema("") })).toMatchObject([
      {
        severity: "warning",
        reason: "GlobalRefused",
        field: "global",
        template: "demo/values.schema.json",
        notes: [expect.stringContaining("'global' not allowed")],
      },
    ]);
  });

  it("is accepted by a schema that does", async () => {
    const found = await staticFindings({ ...files, "values.schema.json": schema(', "global": { "type": "object" }') });
    expect(found).toEqual([]);
  });
});

describe("a large number of the values", () => {
  const values = 'limit: 1000000\nbig: 20261124\nsmall: 999999\nitems: [{ size: 5000000 }]\ntext: "1e+06"\n';

  it("is an error as a whole text, and a warning within a longer text", async () => {
    const data = {
      whole: "{{ .Values.limit | quote }}",
      image: '"example.com/app:{{ .Values.big }}"',
      argument: '"--max={{ .Values.big }}"',
      list: '"{{ (index .Values.items 0).size }}"',
      config: "|\n    max: {{ .Values.limit }}\n    min: 1",
      fine: "{{ .Values.limit | int64 | quote }}",
      small: "{{ .Values.small | quote }}",
      own: "{{ .Values.text | quote }}",
    };
    const found = await staticFindings({ "values.yaml": values, "templates/a.yaml": configMap("a", data) });
    expect(found.map(({ severity, field, message }) => [severity, field, message])).toEqual([
      ["error", "data.argument", "the value big is 20261124, and comes out as 2.0261124e+07"],
      ["warning", "data.config", "the value limit is 1000000, and comes out as 1e+06"],
      ["error", "data.image", "the value big is 20261124, and comes out as 2.0261124e+07"],
      ["error", "data.list", "the value items[0].size is 5000000, and comes out as 5e+06"],
      ["error", "data.whole", "the value limit is 1000000, and comes out as 1e+06"],
    ]);
    expect(found[0]).toMatchObject({ reason: "LargeNumber", hint: expect.stringContaining(".Values.big | int64") });
  });

  it("is nothing where a number is expected, which the API server reads in both forms", async () => {
    const pods = `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { securityContext: { runAsUser: {{ .Values.limit }} }, ${image} } } }\n`;
    expect(await staticFindings({ "values.yaml": values, "templates/a.yaml": pods })).toEqual([]);
  });
});

describe("a chart that is checked with Helm 3 alone", () => {
  const by3 = async (files: Record<string, string>) => {
    const result = await tryChart(await writeChart(files), {
      helm: 3,
      inputs: { skip: ["upgrade", "reinstall"] },
    });
    return findingsIn(result).filter(({ step }) => step === "template");
  };

  it("is rendered by Helm 3 with another version of the chart, another appVersion, and as a second release", async () => {
    const gate = '{{ if not (hasPrefix "v3" .Capabilities.HelmVersion.Version) }}{{ fail "not Helm 3" }}{{ end }}\n';
    const selecting = (key: string) => `${gate}apiVersion: apps/v1
kind: Deployment
metadata: { name: "web-${key.toLowerCase()}" }
spec:
  selector: { matchLabels: { app: "v{{ .Chart.${key} }}" } }
  template: { metadata: { labels: { app: "v{{ .Chart.${key} }}" } }, spec: { ${image} } }
`;
    const found = await by3({
      "Chart.yaml": chartYaml('appVersion: "1.16.0"\n'),
      "templates/a.yaml": selecting("Version"),
      "templates/b.yaml": selecting("AppVersion"),
      "templates/c.yaml":
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: stock-by-helm-3 }\nrules: []\n",
    });
    const ofReason = (reason: string) => found.filter((finding) => finding.reason === reason);
    expect(
      ofReason("VersionInImmutableField").map(({ object, message, line }) => [object?.name, message, line]),
    ).toEqual([
      ["web-version", expect.stringContaining("a new chart version (0.1.0 → 0.2.1)"), 6],
      ["web-appversion", expect.stringContaining("a new appVersion (1.16.0 → 1.16.1)"), 6],
    ]);
    expect(ofReason("NameWithoutRelease")).toMatchObject([
      { object: { kind: "ClusterRole", name: "stock-by-helm-3" } },
    ]);
  });

  it("has the large numbers of its values files as Helm 3 renders them", async () => {
    const found = await by3({
      "values.yaml": "size: 12345678\n",
      "templates/a.yaml": configMap("web", { size: '"{{ .Values.size }}"' }),
    });
    expect(found.map(({ reason }) => reason)).toContain("LargeNumber");
  });
});
