import { currentControlPlane, installChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";

describe("uninstall({ keepHistory: true })", () => {
  it("keeps the history, and a rollback brings the release back", async () => {
    await using release = await installChart(await writeChart({ "templates/a.yaml": configMap("a", { is: "one" }) }));
    await release.uninstall({ keepHistory: true });
    expect(release.status).toBe("uninstalled");
    expect((await release.history()).map(({ status }) => status)).toEqual(["uninstalled"]);
    await expect(release.upgrade()).rejects.toThrow("has been uninstalled");
    await release.rollback(1);
    expect(release).toMatchObject({ revision: 2, status: "deployed" });
    expect(await release.get("ConfigMap", "a")).toMatchObject({ data: { is: "one" } });
  });

  it("ends with the release: its name is free again in a namespace that stays", async () => {
    const plane = currentControlPlane();
    await using namespace = await plane.namespace();
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    for (const keepHistory of [true, false]) {
      await using release = await installChart(chart, { namespace: namespace.name });
      await release.uninstall({ keepHistory });
    }
    const options = { namespace: namespace.name, labelSelector: "owner=helm" };
    expect(await plane.kube.list("v1", "Secret", options)).toEqual([]);
  });
});
