import { join } from "node:path";
import { currentControlPlane, type SeatrialError, upgradeFrom } from "seatrial";
import { describe, expect, it } from "vitest";
import { findingsOf } from "../../../src/findings/findings-of.ts";
import { packChart, serveRegistry, serveRepository } from "../../helpers/charts/chart-servers.ts";
import { chartYaml, gitCharts } from "../../helpers/charts/git-charts.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const data = (key: string) => configMap("a", { [key]: "{{ .Values.word | quote }}" });
const files = (version: string, key: string) => ({
  "Chart.yaml": chartYaml("demo", version),
  "values.yaml": "word: default\n",
  "templates/a.yaml": data(key),
});
const selector = (label: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: ${label} } }
  template:
    metadata: { labels: { app: ${label} } }
    spec: { containers: [{ name: a, image: "example.invalid/a:1" }] }
`;

function under(directory: string, all: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(all).map(([file, text]) => [join(directory, file), text]));
}

// Other test files have namespaces, too.
async function namespacesOf(releaseName: string): Promise<number> {
  const all = await currentControlPlane().kube.list("v1", "Namespace");
  return all.filter(({ metadata }) => metadata.name?.startsWith(`${releaseName}-`)).length;
}

describe("upgradeFrom", () => {
  it("pulls the previous version from a registry or a chart repository", async () => {
    const archive = await packChart(await writeChart(files("1.0.0", "old")), "1.0.0");
    const chart = await writeChart(files("1.1.0", "new"));
    const published = [
      `oci://${await serveRegistry(archive)}/charts/demo:1.0.0`,
      `${await serveRepository(archive)}/demo@1.0.0`,
    ];
    for (const from of published) {
      await using release = await upgradeFrom(chart, { from });
      const versions = (await release.history()).map(({ chart: { version } }) => version);
      expect([from, ...versions]).toEqual([from, "1.0.0", "1.1.0"]);
    }
    const absent = await rejectionOf<SeatrialError>(
      upgradeFrom(chart, { from: published[1]?.replace("1.0.0", "9.9.9") }),
    );
    expect(absent).toMatchObject({
      code: "SEATRIAL_USAGE",
      message: expect.stringContaining(
        `{ from: "${published[1]?.replace("1.0.0", "9.9.9")}" }: the chart cannot be pulled`,
      ),
    });
  });

  it("pulls from a named repository, and with logins, which only the options name", async () => {
    const archive = await packChart(await writeChart(files("1.0.0", "old")), "1.0.0");
    const chart = await writeChart(files("1.1.0", "new"));
    const [url, host] = [await serveRepository(archive, "me:secret"), await serveRegistry(archive, "me:secret")];
    const repositories = [{ name: "stable", url, username: "me", password: "secret" }];
    const auth = Buffer.from("me:secret").toString("base64");
    const configs = await writeChart({
      "repositories.yaml": JSON.stringify({ apiVersion: "", repositories }),
      "registry.json": JSON.stringify({ auths: { [host]: { auth } } }),
    });
    const [repositoryConfig, registryConfig] = [join(configs, "repositories.yaml"), join(configs, "registry.json")];
    const [named, oci] = ["stable/demo@1.0.0", `oci://${host}/charts/demo:1.0.0`];
    for (const previous of [
      { from: named, repositoryConfig },
      { from: oci, registryConfig },
    ]) {
      await using release = await upgradeFrom(chart, previous);
      const versions = (await release.history()).map(({ chart: { version } }) => version);
      expect([previous.from, ...versions]).toEqual([previous.from, "1.0.0", "1.1.0"]);
    }
    expect(await rejectionOf<SeatrialError>(upgradeFrom(chart, { from: named }))).toMatchObject({
      code: "SEATRIAL_USAGE",
      hint: expect.stringMatching(/^add repositoryConfig: FILE .* \{ from: "https:\/\/HOST\/PATH\/demo@1\.0\.0" \}$/),
    });
    expect(await rejectionOf<SeatrialError>(upgradeFrom(chart, { from: oci }))).toMatchObject({
      code: "SEATRIAL_NOT_CHECKED",
      hint: "log in, and name the file with the login: registryConfig: FILE",
    });
    for (const option of ["repositoryConfig", "registryConfig"] as const) {
      expect(await rejectionOf<SeatrialError>(upgradeFrom(chart, { path: chart, [option]: "x" }))).toMatchObject({
        code: "SEATRIAL_USAGE",
        message: expect.stringContaining(`option "${option}" requires "from"`),
      });
    }
  });

  it("installs the previous version from git and upgrades it to the work tree", async () => {
    const repository = await gitCharts(under("charts/demo", files("1.0.0", "old")));
    await repository.git("tag", "v1.0.0");
    for (const [file, text] of Object.entries(files("1.1.0", "new")))
      await repository.write(`charts/demo/${file}`, text);
    const chart = join(repository.path, "charts/demo");
    await using release = await upgradeFrom(chart, { git: "v1.0.0", values: { word: "one" } });
    expect(release).toMatchObject({ revision: 2, status: "deployed", chart: { version: "1.1.0" } });
    // As with Helm, an upgrade without values keeps those of the previous version.
    expect(await release.get("ConfigMap", "a")).toMatchObject({ data: { new: "one" } });
    const history = await release.history();
    expect(history.map((revision) => [revision.revision, revision.chart.version])).toEqual([
      [1, "1.0.0"],
      [2, "1.1.0"],
    ]);
    expect(await repository.git("status", "--porcelain")).toContain("charts/demo/templates/a.yaml");
  });

  it("reads a chart that was in another directory, with its file dependency as it was", async () => {
    const library = {
      "charts/lib/Chart.yaml": chartYaml("lib"),
      "charts/lib/templates/b.yaml": configMap("b", { is: "old" }),
    };
    const old = { ...files("1.0.0", "old"), "Chart.yaml": chartYaml("demo", "1.0.0", { lib: "../lib" }) };
    const repository = await gitCharts({ ...library, ...under("charts/before", old) });
    await repository.write("charts/before", undefined);
    await repository.write("charts/lib/templates/b.yaml", configMap("b", { is: "new" }));
    for (const [file, text] of Object.entries(files("1.1.0", "new")))
      await repository.write(`charts/demo/${file}`, text);
    await using release = await upgradeFrom(join(repository.path, "charts/demo"), { git: "HEAD" });
    const [first] = await release.history();
    expect(first?.manifest).toContain("is: old");
    expect(release.manifest).not.toContain("name: b");
  });

  it("takes a directory, with values for each version", async () => {
    const [old, chart] = [await writeChart(files("1.0.0", "old")), await writeChart(files("1.1.0", "new"))];
    const previous = { path: old, values: { word: "one" } };
    await using release = await upgradeFrom(chart, previous, { set: { word: "two" }, releaseName: "web" });
    expect(release.name).toBe("web");
    expect(await release.get("ConfigMap", "a")).toMatchObject({ data: { new: "two" } });
    expect((await release.history())[0]?.config).toEqual({ word: "one" });
  });

  it("names the immutable field that is refused, and leaves nothing", async () => {
    const old = await writeChart({ "templates/a.yaml": selector("old") });
    const chart = await writeChart({ "templates/a.yaml": selector("new") });
    const error = await rejectionOf(upgradeFrom(chart, { path: old }, { releaseName: "up-refused" }));
    expect(error).toMatchObject({ code: "SEATRIAL_REJECTED" });
    expect(error.message).toContain(`Upgrading ${chart} from ${old} failed: 1 finding`);
    expect(findingsOf(error)).toMatchObject([
      {
        object: { kind: "Deployment", name: "web" },
        field: "spec.selector.matchLabels.app",
        notes: ['spec.selector.matchLabels.app: "old" → "new"'],
      },
    ]);
    expect(await namespacesOf("up-refused")).toBe(0);
  });

  it("could not check a previous version that cannot be installed, or that is the same chart", async () => {
    const chart = await writeChart(files("1.1.0", "new"));
    const broken = await writeChart({
      "templates/a.yaml": "kind: ConfigMap\napiVersion: v1\nmetadata: { name: A_ }\n",
    });
    const options = { releaseName: "up-unknown" };
    expect(await rejectionOf<SeatrialError>(upgradeFrom(chart, { path: broken }, options))).toMatchObject({
      code: "SEATRIAL_NOT_CHECKED",
      message: expect.stringContaining("that version cannot be installed"),
    });
    expect(await rejectionOf<SeatrialError>(upgradeFrom(chart, { path: chart }, options))).toMatchObject({
      code: "SEATRIAL_NOT_CHECKED",
      message: expect.stringContaining("is the chart itself"),
    });
    expect(await namespacesOf("up-unknown")).toBe(0);
  });

  it("rejects for a version that does not exist", async () => {
    const repository = await gitCharts(under("charts/other", files("1.0.0", "old")));
    for (const [file, text] of Object.entries(files("1.1.0", "new")))
      await repository.write(`charts/demo/${file}`, text);
    const chart = join(repository.path, "charts/demo");
    expect(await rejectionOf<SeatrialError>(upgradeFrom(chart, { git: "v9" }))).toMatchObject({
      code: "SEATRIAL_USAGE",
      message: expect.stringContaining('upgradeFrom: { git: "v9" }: there is no such commit'),
    });
    expect(await rejectionOf<SeatrialError>(upgradeFrom(chart, { git: "main" }))).toMatchObject({
      message: expect.stringContaining("has no chart demo: there is no version to upgrade from"),
    });
    for (const previous of [{ path: "/nowhere/web" }, { tgz: "/nowhere/web-1.0.0.tgz" }, { from: "/nowhere" }]) {
      expect(await rejectionOf<SeatrialError>(upgradeFrom(chart, previous))).toMatchObject({
        code: "SEATRIAL_USAGE",
        message: expect.stringContaining("upgradeFrom: there is no chart at /nowhere"),
      });
    }
    const outside = await writeChart(files("1.1.0", "new"));
    expect(await rejectionOf<SeatrialError>(upgradeFrom(outside, { git: "main" }))).toMatchObject({
      code: "SEATRIAL_USAGE",
      message: expect.stringContaining("is not in a git repository"),
    });
  });
});
