import { currentControlPlane, templateChart } from "seatrial";
import { expect, it } from "vitest";
import type { KubeObject } from "../../../src/kube/object-ref.ts";
import { findLeftovers } from "../../../src/trial/leftovers/leftovers.ts";
import { writeChart } from "../../helpers/charts/write-chart.ts";

const ref = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", name: "remade-by-a-controller" };
const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }];

async function leftoversOf(fieldManager: string, more: object = { rules }) {
  const plane = currentControlPlane();
  const { kube, namespace } = plane;
  await using home = await namespace();
  const role = { apiVersion: ref.apiVersion, kind: ref.kind, metadata: { name: ref.name }, ...more };
  const template = await templateChart(await writeChart({ "templates/a.yaml": JSON.stringify(role) }));
  await kube.apply(role as unknown as KubeObject, { fieldManager });
  const search = {
    plane,
    namespace: home.name,
    releaseName: "demo",
    template,
    outside: [ref],
    before: new Set<string>(),
  };
  const { findings } = await findLeftovers(search);
  const isThere = (await kube.get(ref)) !== undefined;
  if (isThere) await kube.delete(ref);
  return { reasons: findings.map(({ reason }) => reason), isThere };
}

it("an aggregated ClusterRole that its controller has created once more is removed, and not the chart's fault", async () => {
  const controller = "clusterrole-aggregation-controller";
  expect(await leftoversOf(controller)).toEqual({ reasons: [], isThere: false });
  expect(await leftoversOf(controller, {})).toEqual({ reasons: [], isThere: false });
});

it("a ClusterRole that somebody else has created is left behind", async () => {
  expect(await leftoversOf("helm")).toEqual({ reasons: [expect.any(String)], isThere: true });
});
