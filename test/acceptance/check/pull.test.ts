import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { packChart, serveRegistry, serveRepository } from "../../helpers/charts/chart-servers.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { runCli } from "../../helpers/run-cli.ts";

const chartOf = (data: string) => writeChart({ "templates/a.yaml": configMap("a", { a: data }) }, "web");

async function checkFrom(from: string, more: readonly string[] = []) {
  const chart = await chartOf("new");
  const run = await runCli(["check", chart, "--from", from, "--json", ...more]);
  return { ...run, report: JSON.parse(run.stdout) };
}

async function packOld() {
  return packChart(await chartOf("old"), "0.1.0");
}

describe("seatrial check --from a published chart", () => {
  it("upgrades from a version of an OCI registry", async () => {
    const host = await serveRegistry(await packOld());
    const from = `oci://${host}/charts/web:0.1.0`;
    const { exitCode, report } = await checkFrom(from);
    expect({ exitCode, error: report.error }).toEqual({ exitCode: 0, error: undefined });
    expect(report.trials[0].upgradedFrom).toMatchObject({ source: from, version: "0.1.0" });
  });

  it("upgrades from a version of a chart repository, named by its URL or by a repositories.yaml", async () => {
    const url = await serveRepository(await packOld());
    const byUrl = await checkFrom(`${url}/web@0.1.0`);
    expect({ exitCode: byUrl.exitCode, error: byUrl.report.error }).toEqual({ exitCode: 0, error: undefined });
    expect(byUrl.report.trials[0].upgradedFrom).toMatchObject({ version: "0.1.0" });
    const config = join(dirname(await chartOf("config")), "repositories.yaml");
    await writeFile(config, JSON.stringify({ apiVersion: "", repositories: [{ name: "stable", url }] }));
    const byName = await checkFrom("stable/web@0.1.0", ["--repository-config", config]);
    expect({ exitCode: byName.exitCode, error: byName.report.error }).toEqual({ exitCode: 0, error: undefined });
    expect(byName.report.trials[0].upgradedFrom).toMatchObject({ source: "stable/web@0.1.0", version: "0.1.0" });
  });

  it("logs in to a registry only with the file that the user names", async () => {
    const host = await serveRegistry(await packOld(), "me:secret");
    const from = `oci://${host}/charts/web:0.1.0`;
    const config = join(dirname(await chartOf("config")), "registry.json");
    await writeFile(
      config,
      JSON.stringify({ auths: { [host]: { auth: Buffer.from("me:secret").toString("base64") } } }),
    );
    const without = await checkFrom(from);
    expect(without.exitCode).toBe(3);
    expect(without.report.error).toMatchObject({
      code: "SEATRIAL_NOT_CHECKED",
      message: expect.stringContaining("--registry-config FILE"),
    });
    const { exitCode, report } = await checkFrom(from, ["--registry-config", config]);
    expect({ exitCode, error: report.error }).toEqual({ exitCode: 0, error: undefined });
  });

  it("exits with 2 for a version or a chart that does not exist, and for a repository that nothing names", async () => {
    const archive = await packOld();
    const [host, url] = [await serveRegistry(archive), await serveRepository(archive)];
    const wrong = [
      `oci://${host}/charts/web:9.9.9`,
      `oci://${host}/charts/api:0.1.0`,
      `${url}/web@9.9.9`,
      `${url}/api@0.1.0`,
    ];
    for (const from of wrong) {
      const { exitCode, report } = await checkFrom(from);
      expect([from, exitCode, report.error.code]).toEqual([from, 2, "SEATRIAL_USAGE"]);
      expect(report.error.message).toContain(`--from ${from}: the chart cannot be pulled`);
    }
    const { exitCode, report } = await checkFrom("stable/web@0.1.0");
    expect(exitCode).toBe(2);
    expect(report.error.message).toContain("Hint: add --repository-config FILE");
  });

  it("exits with 3 when a registry or a repository cannot be reached", async () => {
    for (const from of ["oci://127.0.0.1:1/charts/web:0.1.0", "http://127.0.0.1:1/charts/web@0.1.0"]) {
      const { exitCode, report } = await checkFrom(from);
      expect([from, exitCode, report.error.code]).toEqual([from, 3, "SEATRIAL_NOT_CHECKED"]);
      expect(report.error.message).toContain("refused");
    }
  });
});
