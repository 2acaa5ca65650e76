import { describe, expect, it } from "vitest";
import { chartYaml, gitCharts } from "../../helpers/charts/git-charts.ts";
import { configMap } from "../../helpers/charts/write-chart.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { codeBlocks, read } from "../../unit/docs/pages.ts";

const labels = '  labels: { helm.sh/chart: "{{ .Chart.Name }}-{{ .Chart.Version }}" }\n';
const config = (port: number) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n${labels}data:\n  app.conf: |\n    server {\n      listen ${port};\n    }\n`;
const deployment = (image: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
${labels}spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: web } }
  template:
    metadata:
      labels: { app: web }
      annotations:
        checksum/config: {{ include (print $.Template.BasePath "/configmap.yaml") . | sha256sum }}
    spec:
      containers: [{ name: app, image: "${image}" }]
`;
const service = (name: string) =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n${labels}spec: { selector: { app: web }, ports: [{ port: 80 }] }\n`;
const secret = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: web\n${labels}stringData: { password: "{{ randAlphaNum 20 }}" }\n`;
const budget = `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\n${labels}spec: { maxUnavailable: 1 }\n`;

describe("docs/diff.md", () => {
  it("shows what the command prints", async () => {
    const charts = await gitCharts({
      "charts/web/Chart.yaml": chartYaml("web", "1.4.0"),
      "charts/web/values.yaml": "replicas: 1\n",
      "charts/web/ci/ha-values.yaml": "replicas: 3\n",
      "charts/web/templates/configmap.yaml": config(80),
      "charts/web/templates/deployment.yaml": deployment("web:1.4"),
      "charts/web/templates/service.yaml": service("web"),
      "charts/web/templates/secret.yaml": secret,
      "charts/web/templates/pdb.yaml": budget,
      "charts/api/Chart.yaml": chartYaml("api"),
      "charts/api/templates/a.yaml": configMap("a"),
      "charts/worker/Chart.yaml": chartYaml("worker"),
    });
    await charts.git("checkout", "--quiet", "-b", "work");
    await charts.write("charts/web/Chart.yaml", chartYaml("web", "1.5.0"));
    await charts.write("charts/web/templates/configmap.yaml", config(8080));
    await charts.write("charts/web/templates/deployment.yaml", deployment("web:1.5"));
    await charts.write("charts/web/templates/service.yaml", service("web-http"));
    await charts.write("charts/web/templates/pdb.yaml", undefined);
    await charts.commit();
    const { stdout } = await runCli(["diff", "--since", "main"], { cwd: charts.path });
    const stable = stdout.replace(/main \([0-9a-f]{7}\)/, "main (1a2b3c4)").replace(/in [\d.]+ m?s$/, "in 1.1 s");
    expect(stable).toBe(codeBlocks(read("docs/diff.md"), "")[0]?.trimEnd());
  });
});
