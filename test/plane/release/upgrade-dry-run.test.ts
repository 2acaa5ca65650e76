import { currentControlPlane, dryRunChart, installChart, type SeatrialError } from "seatrial";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const deployment = (label: string, image = "a:1") => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: ${label} } }
  template:
    metadata: { labels: { app: ${label} } }
    spec: { containers: [{ name: a, image: "example.invalid/${image}" }] }
`;
const keep = "  annotations: { helm.sh/resource-policy: keep }\n";

async function snapshot(namespace: string): Promise<string[]> {
  const { kube } = currentControlPlane();
  const kinds = ["ConfigMap", "Secret", "Service", "ServiceAccount"].map((kind) => ["v1", kind] as const);
  const lists = await Promise.all(
    [...kinds, ["apps/v1", "Deployment"] as const].map(([apiVersion, kind]) =>
      kube.list(apiVersion, kind, { namespace }),
    ),
  );
  return lists
    .flat()
    .map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`);
}

describe("a dry run of an upgrade", () => {
  it("lists what the upgrade deletes, without kept objects, and stores nothing", async () => {
    const old = {
      "templates/a.yaml": configMap("stays", { is: "{{ .Values.word }}" }),
      "templates/b.yaml": configMap("goes"),
      "templates/c.yaml": configMap("kept", {}, keep),
      "templates/d.yaml": deployment("web"),
      "templates/e.yaml": configMap("hook", {}, "  annotations: { helm.sh/hook: pre-install }\n"),
    };
    await using release = await installChart(await writeChart(old), { values: { word: "one" }, wait: true });
    const chart = await writeChart({
      "templates/a.yaml": configMap("stays", { is: "{{ .Values.word }}" }),
      "templates/d.yaml": deployment("web", "a:2"),
      "templates/f.yaml": configMap("new"),
    });
    const before = await snapshot(release.namespace);
    const result = await dryRunChart(chart, { upgrade: release });
    expect(await snapshot(release.namespace)).toEqual(before);
    expect(result).toBeAccepted();
    expect(result.operation).toBe("upgrade");
    expect(result.pruned.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([["ConfigMap", "goes"]]);
    expect(result.objects.map(({ metadata }) => metadata.name).sort()).toEqual(["new", "stays", "web"]);
    expect(result.get("ConfigMap", "stays")).toMatchObject({ data: { is: "one" } });
    await release.upgrade(chart);
    await expect(release.get("ConfigMap", "goes")).rejects.toThrow("has no ConfigMap");
  });

  it("finds immutable fields, and new objects that belong to somebody else", async () => {
    await using release = await installChart(await writeChart({ "templates/a.yaml": deployment("old") }));
    const { kube } = currentControlPlane();
    await kube.create({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "mine", namespace: release.namespace },
    });
    const chart = await writeChart({ "templates/a.yaml": deployment("new"), "templates/b.yaml": configMap("mine") });
    const result = await dryRunChart(chart, { upgrade: release });
    expect(result).toBeRejected({
      kind: "Deployment",
      field: "spec.selector.matchLabels.app",
      message: "the upgrade is refused: field is immutable",
    });
    expect(result.findings.find(({ object }) => object?.kind === "Deployment")).toMatchObject({
      template: "demo/templates/a.yaml",
      line: 5,
      notes: ['spec.selector.matchLabels.app: "old" → "new"'],
      hint: expect.stringContaining("kubectl delete deployment web"),
    });
    expect(result).toBeRejected({ kind: "ConfigMap", reason: "AlreadyExists", message: "it was not created by Helm" });
  });

  it("shows the old and the new value of each field that cannot change, and neither of a Secret", async () => {
    const objects = (storage: string, token: string, role: string) => ({
      "templates/a.yaml": `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: ${storage}
  resources: { requests: { storage: 1Gi } }
`,
      "templates/b.yaml": `apiVersion: v1
kind: Secret
immutable: true
metadata: { name: login }
stringData:
  token: ${token}
`,
      "templates/c.yaml": `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: reader }
subjects: [{ kind: ServiceAccount, name: default }]
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: ${role}
`,
    });
    await using release = await installChart(await writeChart(objects("standard", "old-token", "view")));
    const chart = await writeChart(objects("fast", "new-token", "edit"));
    const { findings } = await dryRunChart(chart, { upgrade: release });
    const ofKind = (kind: string) => findings.filter(({ object }) => object?.kind === kind);
    expect(ofKind("PersistentVolumeClaim")).toMatchObject([
      {
        line: 6,
        field: "spec.storageClassName",
        notes: ['spec.storageClassName: "standard" → "fast"'],
        hint: expect.stringContaining("lose its data"),
      },
    ]);
    expect(ofKind("RoleBinding")).toMatchObject([
      { line: 8, field: "roleRef.name", notes: ['roleRef.name: "view" → "edit"'] },
    ]);
    expect(ofKind("Secret")).toMatchObject([{ reason: expect.any(String), template: "demo/templates/b.yaml" }]);
    expect(JSON.stringify(findings)).not.toMatch(/old-token|new-token/);
  });

  it("finds the conflict with another manager, unless the upgrade takes its fields over", async () => {
    await using release = await installChart(await writeChart({ "templates/a.yaml": configMap("a", { is: "old" }) }));
    const metadata = { name: "a", namespace: release.namespace };
    const edited = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { is: "edited" } };
    await currentControlPlane().kube.apply(edited, { fieldManager: "somebody", force: true });
    const chart = await writeChart({ "templates/a.yaml": configMap("a", { is: "new" }) });
    expect(await dryRunChart(chart, { upgrade: release })).toBeRejected({ reason: "Conflict", message: "somebody" });
    expect(await dryRunChart(chart, { upgrade: release, forceConflicts: true })).toBeAccepted();
  });

  it("finds the object that the API server would not delete", async () => {
    const plane = currentControlPlane();
    await using release = await installChart(
      await writeChart({ "templates/a.yaml": configMap("a"), "templates/b.yaml": configMap("guarded") }),
    );
    const name = "upgrade-dry-run-guard";
    const api = "admissionregistration.k8s.io/v1";
    const rule = { apiGroups: [""], apiVersions: ["v1"], operations: ["DELETE"], resources: ["configmaps"] };
    const selector = { matchLabels: { "kubernetes.io/metadata.name": release.namespace } };
    const policy = {
      failurePolicy: "Fail",
      matchConstraints: { namespaceSelector: selector, resourceRules: [rule] },
      validations: [{ expression: "oldObject.metadata.name != 'guarded'", message: "it is guarded" }],
    };
    const refs = [
      { apiVersion: api, kind: "ValidatingAdmissionPolicy", name },
      { apiVersion: api, kind: "ValidatingAdmissionPolicyBinding", name },
    ];
    try {
      await plane.kube.create({ apiVersion: api, kind: "ValidatingAdmissionPolicy", metadata: { name }, spec: policy });
      const spec = { policyName: name, validationActions: ["Deny"] };
      await plane.kube.create({ apiVersion: api, kind: "ValidatingAdmissionPolicyBinding", metadata: { name }, spec });
      const chart = await writeChart({ "templates/a.yaml": configMap("a") });
      const dryRun = async () => (await dryRunChart(chart, { upgrade: release })).findings;
      await expect
        .poll(dryRun, { timeout: 20_000 })
        .toMatchObject([
          { object: { kind: "ConfigMap", name: "guarded" }, message: expect.stringContaining("it is guarded") },
        ]);
    } finally {
      for (const ref of refs) await plane.kube.delete(ref);
    }
    const gone = () =>
      plane.kube.delete(
        { apiVersion: "v1", kind: "ConfigMap", namespace: release.namespace, name: "guarded" },
        { dryRun: true },
      );
    await expect.poll(() => gone().catch(() => "guarded"), { timeout: 20_000 }).toBe(true);
  });

  it("rejects for a release that is not installed, and for a second name of the release", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    await using release = await installChart(chart);
    const twice = await rejectionOf<SeatrialError>(dryRunChart(chart, { upgrade: release, namespace: "other" }));
    expect(twice).toMatchObject({
      code: "SEATRIAL_USAGE",
      message: 'dryRunChart: option "upgrade" excludes "namespace"',
    });
    await release.uninstall();
    expect(await rejectionOf(dryRunChart(chart, { upgrade: release }))).toMatchObject({
      code: "SEATRIAL_USAGE",
      message: 'dryRunChart: option "upgrade": release demo is not installed',
    });
    expect(await rejectionOf(dryRunChart(chart, { upgrade: "demo" as never }))).toMatchObject({
      code: "SEATRIAL_USAGE",
    });
  });
});
