import { describe, expect, it } from "vitest";
import { chartYaml, gitCharts } from "../../helpers/charts/git-charts.ts";
import { configMap } from "../../helpers/charts/write-chart.ts";
import { runCli } from "../../helpers/run-cli.ts";

const text = '{{ required "text must be set" .Values.text }}-{{ .Release.Namespace }}-{{ .Release.Name }}';

describe("seatrial diff with a seatrial.yaml", () => {
  it("renders the cases of the file with their values, namespaces and names, and not those that must fail", async () => {
    const charts = await gitCharts({
      "charts/web/Chart.yaml": chartYaml("web"),
      "charts/web/templates/a.yaml": configMap("a", { old: text }),
      "charts/web/ci/seatrial.yaml":
        "cases:\n  small: { values: { text: x }, namespace: shop, releaseName: one }\n  empty: { mustFail: { code: template } }\n",
    });
    await charts.write("charts/web/templates/a.yaml", configMap("a", { new: text }));
    const { exitCode, stdout } = await runCli(["diff", "--since", "main", "--json"], { cwd: charts.path });
    const [web] = JSON.parse(stdout).charts;
    expect(web.cases).toMatchObject([
      { name: "default", verdict: "skipped", reason: expect.stringContaining("the chart has other cases") },
      { name: "small", verdict: "differs" },
      { name: "empty", verdict: "skipped", reason: "the case must fail, and does not render" },
    ]);
    expect(JSON.stringify(web.cases[1])).toContain("x-shop-one");
    expect(exitCode).toBe(1);
  });
});
