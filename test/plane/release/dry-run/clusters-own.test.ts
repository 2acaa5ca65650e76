import { expect, it } from "vitest";
import { currentControlPlane } from "../../../../src/plane/current.ts";
import { dryRunChart } from "../../../../src/release/dry-run-chart.ts";
import { configMap, writeChart } from "../../../helpers/charts/write-chart.ts";

const role = (name: string, rest = "rules: []\n") =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: "${name}" }\n${rest}`;
const rules = 'rules: [{ apiGroups: [""], resources: [pods], verbs: [get] }]\n';
const critical =
  "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: { name: system-cluster-critical }\nvalue: 10\n";
const everyCluster = "exists in every cluster, and Helm does not take it over: Kubernetes itself creates it";
const everyNamespace = "exists in every namespace, and Helm does not take it over: Kubernetes itself creates it";

it.each([
  ["ClusterRole", "view", role("view", rules), `ClusterRole "view" ${everyCluster}`, /aggregate-to-view/],
  [
    "ClusterRole",
    "system:node",
    role("system:node", rules),
    `ClusterRole "system:node" ${everyCluster}`,
    /another name/,
  ],
  ["PriorityClass", "system-cluster-critical", critical, /every cluster/, /another name/],
  [
    "Namespace",
    "kube-system",
    "apiVersion: v1\nkind: Namespace\nmetadata: { name: kube-system }\n",
    /every cluster/,
    /leave/,
  ],
  [
    "ServiceAccount",
    "default",
    "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: default }\n",
    `ServiceAccount "default" ${everyNamespace}`,
    /another name/,
  ],
  ["ConfigMap", "kube-root-ca.crt", configMap("kube-root-ca.crt"), /every namespace/, /another name/],
])("reports that the %s %s is Kubernetes' own, once", async (kind, name, manifest, message, hint) => {
  const result = await dryRunChart(await writeChart({ "templates/a.yaml": manifest }));
  expect(result.findings).toEqual([
    expect.objectContaining({
      reason: "AlreadyExists",
      object: expect.objectContaining({ kind, name }),
      message: typeof message === "string" ? message : expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    }),
  ]);
});

it("reports the owner of an object, and not the fields that differ from the chart's", async () => {
  const { kube, namespace } = currentControlPlane();
  await using home = await namespace();
  const existing = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", namespace: home.name },
    data: { a: "b" },
  };
  await kube.apply(existing, { fieldManager: "somebody" });
  const chart = await writeChart({ "templates/a.yaml": configMap("a", { a: "c" }) });
  const { findings } = await dryRunChart(chart, { namespace: home.name });
  expect(findings).toMatchObject([
    { reason: "AlreadyExists", message: expect.stringContaining("it was not created by Helm") },
  ]);
});
