import { join } from "node:path";
import { execa } from "execa";
import { currentControlPlane, dryRunChart, installChart, installCrds } from "seatrial";
import { describe, expect, it } from "vitest";
import { custom, definition, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const exists = async (name: string) =>
  (await currentControlPlane().kube.get({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    name,
  })) !== undefined;

describe("installCrds", () => {
  it("lets a chart use a kind of another chart, until they are disposed of", async () => {
    const crds = await writeChart({ "crds/a.yaml": definition("Buoy") });
    const chart = await writeChart({ "templates/a.yaml": custom("Buoy", "a") });
    expect(await dryRunChart(chart)).toBeRejected({ kind: "Buoy", reason: "NotFound" });
    {
      await using installed = await installCrds(join(crds, "crds"));
      expect(installed.names).toEqual(["buoys.example.com"]);
      expect(await dryRunChart(chart)).toBeAccepted();
      await using release = await installChart(chart);
      expect(await release.get("Buoy", "a")).toMatchObject({ spec: { size: 1 } });
    }
    expect(await exists("buoys.example.com")).toBe(false);
  });

  it("keeps them for a release that brings the same", async () => {
    const chart = await writeChart({ "crds/a.yaml": definition("Ferry"), "templates/a.yaml": custom("Ferry", "a") });
    const installed = await installCrds([join(chart, "crds/*.yaml")]);
    await using release = await installChart(chart);
    await installed[Symbol.asyncDispose]();
    expect(await release.get("Ferry", "a")).toBeDefined();
  });

  it("wins over another version that a chart brings, as with Helm", async () => {
    const crds = await writeChart({ "crds/a.yaml": definition("Dinghy") });
    const other = definition("Dinghy").replace("name: v1\n", "name: v2\n");
    const object = custom("Dinghy", "a").replace("/v1", "/v2");
    const chart = await writeChart({ "crds/a.yaml": other, "templates/a.yaml": object });
    expect(await dryRunChart(chart)).toBeAccepted();
    await using _crds = await installCrds(join(crds, "crds"));
    const result = await dryRunChart(chart);
    expect(result).toBeRejected({ kind: "Dinghy", reason: "NotFound" });
    expect(result.findings).toHaveLength(1);
  });

  it("stays unchanged while a chart is installed that brings another one of the same name", async () => {
    const crds = await writeChart({ "crds/a.yaml": definition("Sloop") });
    const other = definition("Sloop").replace("maximum: 9", "maximum: 5");
    const chart = await writeChart({ "crds/a.yaml": other, "templates/a.yaml": custom("Sloop", "a", 7) });
    expect(await dryRunChart(chart)).toBeRejected({ kind: "Sloop", field: "spec.size" });
    await using _crds = await installCrds(join(crds, "crds"));
    expect(await dryRunChart(chart)).toBeAccepted();
    await using release = await installChart(chart);
    expect(await release.get("Sloop", "a")).toMatchObject({ spec: { size: 7 } });
  });

  it("rejects at once a chart that creates the same CRD from its templates", async () => {
    const chart = await writeChart({ "templates/a.yaml": definition("Punt") });
    {
      await using _crds = await installCrds(join(chart, "templates"));
      for (const tried of [dryRunChart, installChart]) {
        const error = await rejectionOf(tried(chart));
        expect(error).toMatchObject({ code: "SEATRIAL_USAGE" });
        expect(error.message).toBe(
          "CustomResourceDefinition punts.example.com is in the chart's templates, and installCrds or --crds has already created it\n" +
            "Hint: leave it out of installCrds or --crds, and check the charts that need it in a run of their own",
        );
      }
    }
    await using release = await installChart(chart);
    expect(await release.get("CustomResourceDefinition", "punts.example.com")).toBeDefined();
  });

  it("names the file and the field that the API server refuses, and leaves nothing", async () => {
    const wrong = definition("Skiff").replace("type: integer", "type: whole");
    const chart = await writeChart({ "crds/a.yaml": definition("Canoe"), "crds/b.yaml": wrong });
    const error = await rejectionOf(installCrds(join(chart, "crds")));
    expect(error).toMatchObject({ code: "SEATRIAL_USAGE" });
    expect(error.message).toMatch(
      /^The API server refused 1 of 2 CustomResourceDefinitions\n {2}skiffs\.example\.com \(.*b\.yaml\): spec\.\S+: /,
    );
    expect(await exists("canoes.example.com")).toBe(false);
  });

  it("reads the crds/ of a chart and of its dependencies, packed or not, whatever its templates need", async () => {
    const chart = await writeChart({
      "templates/a.yaml": '{{ fail "it needs values" }}',
      "crds/a.yaml": definition("Barge"),
      "crds/README.md": "# CRDs",
      "charts/inner/Chart.yaml": "apiVersion: v2\nname: inner\nversion: 0.1.0\n",
      "charts/inner/crds/a.yaml": definition("Wherry"),
    });
    {
      await using installed = await installCrds(chart);
      expect([...installed.names].sort()).toEqual(["barges.example.com", "wherrys.example.com"]);
    }
    const packed = join(chart, "charts/inner-0.1.0.tgz");
    await execa("tar", ["-czf", packed, "-C", join(chart, "charts"), "inner"]);
    {
      await using installed = await installCrds(packed);
      expect(installed.names).toEqual(["wherrys.example.com"]);
    }
    await using installed = await installCrds(join(chart, "charts/*"));
    expect(installed.names).toEqual(["wherrys.example.com"]);
    const none = await rejectionOf(
      installCrds(await writeChart({ "templates/a.yaml": "", "crds/README.md": "# none" })),
    );
    expect(none.message).toContain("No CustomResourceDefinition was found in the crds/ directories of the chart ");
  });

  it("resolves when discovery and OpenAPI describe the kinds", async () => {
    const crds = await writeChart({ "crds/a.yaml": definition("Coracle") });
    const { kube } = currentControlPlane();
    await using _crds = await installCrds(crds);
    const { body } = await kube.transport.request({ method: "GET", path: "/openapi/v3/apis/example.com/v1" });
    expect(JSON.stringify(body)).toContain('"kind":"Coracle"');
    const { body: resources } = await kube.transport.request({ method: "GET", path: "/apis/example.com/v1" });
    expect(JSON.stringify(resources)).toContain('"kind":"Coracle"');
    const name = "coracles.example.com";
    const crd = await kube.get({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name });
    const established = expect.objectContaining({ type: "Established", status: "True" });
    expect(crd).toMatchObject({ status: { conditions: expect.arrayContaining([established]) } });
  });

  it.each([[[]], [""], [{ path: "crds" }]])("refuses %j for a path", async (paths) => {
    expect(await rejectionOf(installCrds(paths as string))).toMatchObject({ code: "SEATRIAL_USAGE" });
  });

  it("rejects at once, naming the owner, when a name belongs to another definition of the group", async () => {
    const skiff = definition("Skiff").replace("plural: skiffs", "plural: skiffs, shortNames: [sk]");
    const skipper = definition("Skipper").replace("plural: skippers", "plural: skippers, shortNames: [sk]");
    const chart = await writeChart({ "crds/a.yaml": skiff, "templates/a.yaml": custom("Skiff", "a") });
    const other = await writeChart({ "crds/a.yaml": skipper, "templates/a.yaml": custom("Skipper", "a") });
    await using _crds = await installCrds(join(chart, "crds"));
    const error = await rejectionOf(installCrds(join(other, "crds")));
    expect(error.message).toContain('spec.names.shortNames: "sk" is already in use: skiffs.example.com has it');
    const result = await dryRunChart(other);
    expect(result.findings).toMatchObject([
      {
        reason: "ShortNamesConflict",
        field: "spec.names.shortNames",
        message: '"sk" is already in use: skiffs.example.com has it',
        object: { kind: "CustomResourceDefinition", name: "skippers.example.com" },
      },
    ]);
    expect(await exists("skippers.example.com")).toBe(false);
  });
});
