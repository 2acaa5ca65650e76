import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { currentControlPlane, dryRunChart, given, installChart, type KubeObject } from "seatrial";
import { describe, expect, it } from "vitest";
import { configMap, custom, definition, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const secret = (name: string, namespace?: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  stringData: { password: "known" },
});
const named = (kind: string, name: string, more: object = {}): KubeObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name },
  ...more,
});
const find = (object: KubeObject) => {
  const { apiVersion, kind, metadata } = object;
  return currentControlPlane().kube.get({
    apiVersion,
    kind,
    name: metadata.name ?? "",
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
  });
};

describe("given", () => {
  it("creates objects, files, directories and globs, and removes them at the end of the scope", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    const more = join(chart, "given");
    await mkdir(join(more, "inner"), { recursive: true });
    await writeFile(
      join(more, "inner", "b.yaml"),
      `${JSON.stringify(secret("b"))}\n---\n${JSON.stringify(secret("c"))}`,
    );
    await writeFile(join(more, "d.json"), JSON.stringify(secret("d")));
    await using namespace = await currentControlPlane().namespace();
    const all = ["a", "b", "c", "d"].map((name) => secret(name, namespace.name));
    {
      await using objects = await given([secret("a"), join(more, "inner"), join(more, "*.json")], {
        namespace: namespace.name,
      });
      expect(objects.objects.map(({ metadata }) => metadata.namespace)).toEqual(all.map(() => namespace.name));
      expect((await Promise.all(all.map(find))).map((object) => object?.metadata.name)).toEqual(["a", "b", "c", "d"]);
    }
    expect(await Promise.all(all.map(find))).toEqual(all.map(() => undefined));
  });

  it("creates namespaces and definitions before what needs them, and resolves when they can be used", async () => {
    const crd = definition("Pontoon");
    const chart = await writeChart({ "crd/a.yaml": crd, "templates/a.yaml": custom("Pontoon", "a") });
    const object = { ...JSON.parse(JSON.stringify(named("Pontoon", "given"))), apiVersion: "example.com/v1" };
    object.metadata.namespace = "given-harbour";
    {
      await using _given = await given([object, join(chart, "crd"), named("Namespace", "given-harbour")]);
      expect(await find(object)).toBeDefined();
      await using release = await installChart(chart, { namespace: "given-harbour" });
      expect(await release.get("Pontoon", "a")).toBeDefined();
    }
    expect(await find(named("Namespace", "given-harbour"))).toBeUndefined();
    expect(await dryRunChart(chart)).toBeRejected({ kind: "Pontoon", reason: "NotFound" });
  });

  it("resolves when a quota is in effect", async () => {
    await using namespace = await currentControlPlane().namespace();
    const quota = named("ResourceQuota", "none", { spec: { hard: { "count/configmaps": "0" } } });
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    await using _given = await given(quota, { namespace: namespace.name });
    const result = await dryRunChart(chart, { namespace: namespace.name });
    expect(result).toBeRejected({ kind: "ConfigMap", message: "exceeded quota: none" });
  });

  it("leaves nothing behind when one object is refused, unknown, without a namespace, or exists already", async () => {
    const first = named("Namespace", "given-first");
    const messages = [
      [
        secret("UPPER", "default"),
        "The API server refused 1 of 1 objects of given()\n  Secret default/UPPER: metadata.name: ",
      ],
      [
        { ...secret("a", "default"), apiVersion: "nothing.io/v1" },
        'Secret default/a of given(): no matches for kind "Secret"',
      ],
      [secret("a"), "given: Secret a has no namespace\nHint: add metadata.namespace, or the option namespace"],
      [named("Namespace", "default"), "Namespace default of given() exists already on the control plane"],
    ] as const;
    for (const [object, message] of messages) {
      const error = await rejectionOf(given([first, object]));
      expect(error).toMatchObject({ code: "SEATRIAL_USAGE" });
      expect(error.message).toContain(message);
      expect(await find(first)).toBeUndefined();
    }
  });

  it.each([[[]], [""], [{ kind: "Secret" }], [{ apiVersion: "v1", kind: "Secret", metadata: {} }], [5]])(
    "refuses %j for an object",
    async (sources) => {
      expect(await rejectionOf(given(sources as string))).toMatchObject({ code: "SEATRIAL_USAGE" });
    },
  );

  it("rejects at once a chart that creates the same object from its templates", async () => {
    const chart = await writeChart({
      "templates/a.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: { name: given-twice }\n",
    });
    await using _given = await given(named("Namespace", "given-twice"));
    const error = await rejectionOf(installChart(chart));
    expect(error).toMatchObject({ code: "SEATRIAL_USAGE" });
    expect(error.message).toContain("Namespace given-twice is in the chart's templates, and ");
  });
});
