import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/findings/finding.ts";
import type { TrialPlan } from "../../../src/trial/plan-trials.ts";
import { atSource, atValuesFile } from "../../../src/trial/values-location.ts";
import { writeChart } from "../../helpers/charts/write-chart.ts";

async function locate(message: string, template = "web/values.yaml"): Promise<string | undefined> {
  const directory = await writeChart({
    "a.yaml": "replicas: x\nsmtp: { port: y, hosts: [1] }\n",
    "b.yaml": "smtp: { prot: 1 }\n",
    "broken.yaml": "a: [\n",
  });
  const finding: Finding = { severity: "error", step: "lint", message, template };
  const values = ["a.yaml", "b.yaml", "broken.yaml"].map((name) => join(directory, name));
  const plan = { chart: { name: "web", version: "1.0.0", path: "web" }, values } as unknown as TrialPlan;
  return (await atValuesFile(finding, plan)).template?.replace(`${directory}/`, "");
}

describe("a value that violates a schema", () => {
  it.each([
    ["at '/replicas': got string, want integer", "a.yaml"],
    ["at '/smtp/hosts/0': got number, want string", "a.yaml"],
    ["at '/smtp': additional properties 'prot' not allowed", "b.yaml"],
  ])("is in the values file that sets it: %s", async (message, file) => {
    expect(await locate(message)).toBe(file);
  });

  it("is in the chart's own values.yaml when no file of the case sets it", async () => {
    expect(await locate("at '/image/tag': got number, want string")).toBe("web/values.yaml");
  });

  it("is where another message says", async () => {
    expect(await locate("mapping values are not allowed")).toBe("web/values.yaml");
    expect(await locate("at '/replicas': got string, want integer", "web/Chart.yaml")).toBe("web/Chart.yaml");
  });
});

describe("a value that Helm warns of", () => {
  it.each([
    ["smtp.hosts", "a.yaml:2"],
    ["smtp.prot", "b.yaml:1"],
    ["tls.mode", "web/values.yaml:2"],
    ["unset", "undefined:undefined"],
  ])("is at the line that sets it: %s", async (field, location) => {
    const directory = await writeChart({
      "a.yaml": "replicas: 1\nsmtp: { port: y, hosts: [1] }\n",
      "b.yaml": "smtp: { prot: 1 }\n",
      "values.yaml": "tls:\n  mode: x\n",
    });
    const finding: Finding = {
      severity: "warning",
      step: "template",
      message: "it is text",
      reason: "HelmWarning",
      field,
    };
    const values = ["a.yaml", "b.yaml"].map((name) => join(directory, name));
    const plan = { chart: { name: "web" }, chartPath: directory, values } as unknown as TrialPlan;
    const { template, line } = await atSource(finding, plan);
    expect(`${template?.replace(`${directory}/`, "")}:${line}`).toBe(location);
  });
});
