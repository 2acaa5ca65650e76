import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chartYaml, gitCharts } from "../../helpers/charts/git-charts.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { repositoryPath } from "../../helpers/repository/repository-path.ts";
import { runCli, stable } from "../../helpers/run-cli.ts";

const service = (more: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec:\n${more}  selector: { app: web }\n  ports: [{ port: 80 }]\n`;
const two = {
  "charts/web/Chart.yaml": chartYaml("web"),
  "charts/web/templates/a.yaml": service(""),
  "charts/api/Chart.yaml": chartYaml("api"),
  "charts/api/templates/a.yaml": configMap("api", { a: "b" }),
};

describe("seatrial check --since", () => {
  it("upgrades what changed since a commit, and shows both versions, the immutable field and its values", async () => {
    const charts = await gitCharts(two);
    await charts.write("charts/web/templates/a.yaml", service("  clusterIP: None\n"));
    const status = await charts.git("status", "--porcelain");
    const args = ["check", "--since", "main", "--require-version-bump", "--junit", "report.xml"];
    const { exitCode, stdout } = await runCli(args, { cwd: charts.path });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("Not tested: api (unchanged since main (");
    expect(stdout).toMatch(
      /^Upgraded: web from 0\.1\.0 \(sha256:\w{12}\), main \(\w{7}\), to 0\.1\.0 \(sha256:\w{12}\)$/m,
    );
    expect(stdout).toMatch(/^ {2}error {2}upgrade-from {2}Service web\n {4}field {4}spec\.clusterIP\n/m);
    expect(stdout).toMatch(/note {5}spec\.clusterIP: "10\.[\d.]+" → "None"/);
    expect(stdout).toMatch(/reason {3}VersionNotBumped/);
    const junit = await readFile(join(charts.path, "report.xml"), "utf8");
    expect(junit).toContain('name="default: upgrade-from"');
    expect(await charts.git("status", "--porcelain")).toBe(`${status}\n?? report.xml`);
  });

  it("checks nothing, starts nothing and exits with 0 when no chart changed", async () => {
    const charts = await gitCharts(two);
    const { exitCode, stdout } = await runCli(["check", "--since", "HEAD", "--json"], { cwd: charts.path });
    const report = JSON.parse(stdout);
    expect({ exitCode, verdict: report.verdict, plane: report.controlPlane, trials: report.trials }).toEqual({
      exitCode: 0,
      verdict: "skipped",
      plane: null,
      trials: [],
    });
    expect(report.notTested).toEqual([expect.stringContaining("api (unchanged"), expect.stringContaining("web (unch")]);
  });

  it.each([
    [["--since", "nope"], "--since nope: there is no such commit"],
    [["--since", "HEAD", "--from", "charts/web"], "give one of them"],
    [["--require-version-bump"], "--require-version-bump needs --since"],
    [["--from", "missing"], "missing is not a chart: nothing exists at this path"],
    [["--skip", "install"], '"install" is not one of test, upgrade, reinstall, upgrade-from, rollback'],
  ])("exits with 2 for %j", async (options, message) => {
    const charts = await gitCharts(two);
    const { exitCode, stderr } = await runCli(["check", "charts", ...options], { cwd: charts.path });
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});

describe("seatrial check --from", () => {
  it("upgrades a chart from a given version, and rolls it back", async () => {
    const [old, fixed] = ["old", "fixed"].map((which) => repositoryPath(`fixtures/upgrades/role-ref/${which}`));
    const { exitCode, stdout } = await runCli(["check", fixed ?? "", "--from", old ?? "", "--json"]);
    const [trial] = JSON.parse(stdout).trials;
    expect(exitCode).toBe(0);
    expect(trial.steps.slice(-2)).toMatchObject([
      { name: "upgrade-from", verdict: "passed" },
      { name: "rollback", verdict: "passed" },
    ]);
    expect(trial.upgradedFrom).toMatchObject({ version: "0.1.0", source: old });
    expect(trial.upgradedFrom.digest).not.toBe(trial.digest);
  });

  it("could not check the same chart, and a previous version that cannot be installed", async () => {
    const good = await writeChart({ "templates/a.yaml": configMap("a", { a: "b" }) });
    const same = await runCli(["check", good, "--from", good]);
    expect(same.stdout).toContain("is the chart that is checked: both have the digest sha256:");
    expect(same.exitCode).toBe(3);
    const broken = await writeChart({ "templates/a.yaml": configMap("A_B", { a: "b" }) });
    const { exitCode, stdout } = await runCli(["check", good, "--from", broken]);
    expect(stdout).toContain("version 0.1.0 cannot be installed");
    expect(exitCode).toBe(3);
  });

  it("leaves out the steps of --skip", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a", { a: "{{ randAlphaNum 9 }}" }) });
    const { exitCode, stdout } = await runCli(["check", chart, "--skip", "upgrade,reinstall"]);
    expect(stable(stdout)).toMatch(/^ {2}default .* none {2}none {2}ok <ms> {2}ok <ms> {2}none$/m);
    expect(exitCode).toBe(0);
  });
});
