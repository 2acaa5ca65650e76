import { fileURLToPath } from "node:url";
import { execaNode } from "execa";
import { currentControlPlane, dryRunChart, findingsOf, installChart, type KubeObject } from "seatrial";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseManifest } from "../../../src/chart/manifest.ts";
import { custom, definition, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const crdRef = (plural: string) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  name: `${plural}.example.com`,
});
const exists = async (plural: string) => (await currentControlPlane().kube.get(crdRef(plural))) !== undefined;

describe("the CRDs of a chart", () => {
  it("exist for as long as a release needs them", async () => {
    const chart = await writeChart({ "crds/a.yaml": definition("Sail"), "templates/a.yaml": custom("Sail", "a") });
    const one = await installChart(chart);
    const other = await installChart(chart);
    expect(await one.get("Sail", "a")).toMatchObject({ spec: { size: 1 } });
    await one[Symbol.asyncDispose]();
    expect(await other.get("Sail", "a")).toMatchObject({ spec: { size: 1 } });
    expect(await dryRunChart(chart)).toBeAccepted();
    expect(await exists("sails")).toBe(true);
    await other[Symbol.asyncDispose]();
    expect(await exists("sails")).toBe(false);
  });

  it("stay when they existed before", async () => {
    const { kube } = currentControlPlane();
    const chart = await writeChart({ "crds/a.yaml": definition("Mast"), "templates/a.yaml": custom("Mast", "a") });
    await kube.apply(parseManifest(definition("Mast"))[0]?.object as KubeObject);
    onTestFinished(async () => {
      await kube.delete(crdRef("masts"));
    });
    await (await installChart(chart))[Symbol.asyncDispose]();
    expect(await dryRunChart(chart)).toBeAccepted();
    expect(await kube.get(crdRef("masts"))).toBeDefined();
  });

  it("do not disturb each other when many trials start and end at once", async () => {
    const chart = await writeChart({ "crds/a.yaml": definition("Oar"), "templates/a.yaml": custom("Oar", "a") });
    await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        if (index % 2 === 0) return expect(await dryRunChart(chart)).toBeAccepted();
        await using release = await installChart(chart);
        expect(await release.get("Oar", "a")).toBeDefined();
      }),
    );
    expect(await exists("oars")).toBe(false);
  });

  it("are refused with their findings, and nothing is left of them", async () => {
    const chart = await writeChart({ "crds/a.yaml": definition("Keel").replace("type: integer", "type: whole") });
    const error = await rejectionOf(installChart(chart));
    expect(findingsOf(error)).toMatchObject([
      {
        step: "install",
        object: { kind: "CustomResourceDefinition" },
        template: "demo/crds/a.yaml",
        field: expect.stringContaining("size"),
      },
    ]);
    expect(await exists("keels")).toBe(false);
  });

  it("are left out with skipCrds", async () => {
    const chart = await writeChart({ "crds/a.yaml": definition("Rope"), "templates/a.yaml": custom("Rope", "a") });
    const result = await dryRunChart(chart, { skipCrds: true });
    expect(result).toBeRejected({ kind: "Rope", reason: "NotFound", message: "no matches for kind" });
    expect(findingsOf(await rejectionOf(installChart(chart, { skipCrds: true })))?.[0]?.message).toContain(
      "no matches for kind",
    );
  });
});

describe("a cluster-scoped name", () => {
  const role = (name: string) => ({
    "templates/a.yaml": `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: ${name} }\n`,
  });

  it("is waited for while a trial of another process has it", async () => {
    const chart = await writeChart(role("shared-names-wait"));
    const helper = fileURLToPath(new URL("../../programs/hold-release.ts", import.meta.url));
    const input = JSON.stringify({ data: currentControlPlane().data, chart });
    const other = execaNode(helper, { input, env: { NODE_NO_WARNINGS: "1" } });
    const said = await other.iterable()[Symbol.asyncIterator]().next();
    expect(said.value).toBe("installed");
    await using release = await installChart(chart);
    expect(await release.get("ClusterRole", "shared-names-wait")).toMatchObject({
      metadata: { annotations: { "meta.helm.sh/release-namespace": release.namespace } },
    });
    expect((await other).exitCode).toBe(0);
  });

  it("is taken from a trial whose process ended without removing it", async () => {
    const chart = await writeChart(role("shared-names-abandoned"));
    const { helm, kube } = currentControlPlane();
    const helper = fileURLToPath(new URL("../../programs/hold-release.ts", import.meta.url));
    const input = JSON.stringify({ data: currentControlPlane().data, chart });
    const other = execaNode(helper, { input, env: { NODE_NO_WARNINGS: "1" }, reject: false });
    await other.iterable({ preserveNewlines: true })[Symbol.asyncIterator]().next();
    other.kill("SIGKILL");
    await other;
    const abandoned = await kube.list("v1", "Namespace", { labelSelector: "seatrial.dev/owner" });
    const left = abandoned.filter(({ metadata }) =>
      metadata.labels?.["seatrial.dev/owner"]?.startsWith(`${other.pid}-`),
    );
    expect(left).toHaveLength(1);

    await using release = await installChart(chart);
    expect(await release.get("ClusterRole", "shared-names-abandoned")).toBeDefined();
    const namespace = left[0]?.metadata.name ?? "";
    expect(await kube.get({ apiVersion: "v1", kind: "Namespace", name: namespace })).toBeUndefined();
    await expect(helm.status({ namespace, releaseName: "demo" })).rejects.toMatchObject({
      helmCode: "release-not-found",
    });
  });

  it("is Helm's to refuse when the same process has it", async () => {
    const chart = await writeChart(role("shared-names-twice"));
    await using _first = await installChart(chart);
    const error = await rejectionOf(installChart(chart));
    expect(error.message).toContain("exists and cannot be imported into the current release");
  });
});
