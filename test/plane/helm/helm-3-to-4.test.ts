import { type ClusterError, editObjectAs, fieldManagers, installChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { size: "{{ .Values.size }}" } }
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: app, image: "example.com/app:1" }] }
`;
const chartOf = (more: Record<string, string> = {}) =>
  writeChart({ "templates/web.yaml": deployment, "values.yaml": "replicas: 2\nsize: s\n", ...more });

interface Entry {
  manager: string;
  operation: string;
}
const helmEntries = (object: { metadata: object }) =>
  ((object.metadata as { managedFields: Entry[] }).managedFields ?? [])
    .filter(({ manager }) => manager === "helm")
    .map(({ operation }) => operation);

describe("a release that Helm 3 has made", () => {
  it("is upgraded by Helm 4 with client-side apply, and rolled back and uninstalled by either", async () => {
    await using release = await installChart(await chartOf(), { helm: 3 });
    expect(helmEntries(await release.get("Deployment", "web"))).toEqual(["Update"]);
    await release.upgrade({ set: { size: "m" }, helm: 4 });
    const upgraded = await release.get("Deployment", "web");
    expect(upgraded.metadata.labels).toMatchObject({ size: "m" });
    expect(helmEntries(upgraded)).toEqual(["Update"]);
    await release.rollback(1, { helm: 4 });
    await release.upgrade({ set: { size: "l" } });
    expect((await release.history()).map(({ revision }) => revision)).toEqual([1, 2, 3, 4]);
    await release.uninstall({ helm: 4 });
  });

  it("is changed to server-side apply on request, and then fields that are left out go", async () => {
    const removable = configMap("web", { a: '"1"', b: '"2"' });
    await using release = await installChart(await chartOf({ "templates/map.yaml": removable }), { helm: 3 });
    const without = await chartOf({ "templates/map.yaml": configMap("web", { a: '"1"' }) });
    await release.upgrade(without, { helm: 4, serverSide: "true" });
    const map = await release.get("ConfigMap", "web");
    expect(map.data).toEqual({ a: "1" });
    expect(helmEntries(map)).toEqual(["Apply"]);
  });

  it("wins over what somebody has edited by itself, and conflicts with it under server-side apply", async () => {
    await using release = await installChart(await chartOf(), { helm: 3 });
    const edit = async () =>
      editObjectAs("kubectl-edit", await release.get("Deployment", "web"), { spec: { replicas: 5 } });
    expect(fieldManagers(await edit(), "spec.replicas")).toEqual(["kubectl-edit"]);
    await release.upgrade({ helm: 4, set: { size: "m" } });
    const object = await release.get("Deployment", "web");
    expect(object.spec.replicas).toBe(2);
    expect(fieldManagers(object, "spec.replicas")).toEqual(["helm"]);
    await edit();
    const error = await rejectionOf<ClusterError>(release.upgrade({ helm: 4, serverSide: "true" }));
    expect(error.message).toContain('.spec.replicas: conflict with "kubectl-edit"');
  });
});

describe("an object that another field manager has edited", () => {
  it("conflicts with an upgrade of Helm 4, unless conflicts are forced", async () => {
    await using release = await installChart(await chartOf());
    await editObjectAs("kubectl-edit", await release.get("Deployment", "web"), { spec: { replicas: 5 } });
    const error = await rejectionOf<ClusterError>(release.upgrade({ set: { size: "m" } }));
    expect(error.message).toContain('conflict with "kubectl-edit"');
    await release.upgrade({ set: { size: "m" }, forceConflicts: true });
    const object = await release.get("Deployment", "web");
    expect({ replicas: object.spec?.replicas, managers: fieldManagers(object, "spec.replicas") }).toEqual({
      replicas: 2,
      managers: ["helm"],
    });
  });

  it("keeps fields that the chart does not set", async () => {
    await using release = await installChart(await chartOf());
    const ref = { apiVersion: "apps/v1", kind: "Deployment", name: "web", namespace: release.namespace };
    await editObjectAs("autoscaler", ref, { metadata: { annotations: { scaled: "yes" } } }, { apply: true });
    await release.upgrade({ set: { size: "m" } });
    const object = await release.get("Deployment", "web");
    expect(object.metadata.annotations).toMatchObject({ scaled: "yes" });
    expect(fieldManagers(object, "metadata.annotations.scaled")).toEqual(["autoscaler"]);
  });

  it("is refused to a manager that applies a field of the release, unless it takes the field over", async () => {
    await using release = await installChart(await chartOf());
    const object = await release.get("Deployment", "web");
    const fields = { spec: { replicas: 5 } };
    await expect(editObjectAs("autoscaler", object, fields, { apply: true })).rejects.toMatchObject({
      code: "SEATRIAL_REJECTED",
    });
    const taken = await editObjectAs("autoscaler", object, fields, { apply: true, force: true });
    expect(fieldManagers(taken, "spec.replicas")).toEqual(["autoscaler"]);
  });
});
