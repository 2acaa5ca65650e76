import { describe, expect, it } from "vitest";
import { parseAllowance } from "../../../src/findings/rules/allowance.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { findingsIn, tryChart } from "../../helpers/try-chart.ts";

const random = configMap("a", { a: "{{ randAlphaNum 9 }}" });
const role =
  "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: allowed-findings }\nrules: []\n";

function rules(texts: readonly string[], isStrict = false) {
  return { inputs: { rules: { allowances: texts.map(parseAllowance), isStrict } } };
}

describe("a finding that is allowed", () => {
  it("does not fail the trial, and is listed with its allowance", async () => {
    const chart = await writeChart({ "templates/a.yaml": random });
    const result = await tryChart(chart, rules(["ChangedByUpgrade=ConfigMap/?"]));
    expect({ verdict: result.verdict, findings: findingsIn(result) }).toEqual({ verdict: "passed", findings: [] });
    expect(result.allowed).toMatchObject([
      { severity: "error", step: "upgrade", reason: "ChangedByUpgrade", allowedBy: "ChangedByUpgrade=ConfigMap/?" },
    ]);
  });

  it("leaves the others, which still fail the trial", async () => {
    const chart = await writeChart({ "templates/a.yaml": `${random}---\n${random.replace("name: a", "name: b")}` });
    const result = await tryChart(chart, rules(["ChangedByUpgrade=ConfigMap/a"]));
    expect(result.verdict).toBe("failed");
    expect(findingsIn(result)).toMatchObject([{ reason: "ChangedByUpgrade", object: { name: "b" } }]);
    expect(result.allowed).toHaveLength(1);
  });

  it("lets the steps after it run", async () => {
    const twice = `${configMap("a", { a: "b" })}---\n${configMap("a", { a: "b" })}`;
    const chart = await writeChart({ "templates/a.yaml": twice });
    expect((await tryChart(chart)).verdict).toBe("failed");
    const result = await tryChart(chart, rules(["Duplicate"]));
    expect(result.verdict).toBe("passed");
    expect(result.steps.find(({ name }) => name === "install")?.verdict).toBe("passed");
  });
});

describe("a strict trial", () => {
  it("fails for a warning, and runs the steps after it", async () => {
    const chart = await writeChart({ "templates/a.yaml": role });
    expect((await tryChart(chart)).verdict).toBe("passed");
    const result = await tryChart(chart, rules([], true));
    expect(result.verdict).toBe("failed");
    expect(findingsIn(result)).toMatchObject([{ severity: "error", step: "template", reason: "NameWithoutRelease" }]);
    expect(result.steps.at(-1)).toMatchObject({ name: "reinstall", verdict: "passed" });
  });

  it("passes when the warning is allowed", async () => {
    const chart = await writeChart({ "templates/a.yaml": role });
    expect((await tryChart(chart, rules(["NameWithoutRelease=ClusterRole/allowed-*"], true))).verdict).toBe("passed");
  });
});
