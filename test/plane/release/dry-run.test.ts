import { currentControlPlane, dryRunChart, installChart, startControlPlane } from "seatrial";
import { describe, expect, it } from "vitest";
import { configMap, custom, definition, writeChart } from "../../helpers/charts/write-chart.ts";
import { storeSnapshot } from "../../helpers/store-snapshot.ts";

const service = (name: string, port: number) =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  ports: [{ port: ${port} }]\n`;
const pod = (name: string, spec = "", hook = "") =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n${hook}spec:\n${spec}  containers: [{ name: a, image: a }]\n`;

describe("dryRunChart", () => {
  it("leaves the store unchanged, whatever the chart contains", async () => {
    // On a plane of its own: other test files write at the same time.
    await using plane = await startControlPlane();
    const chart = await writeChart({
      "crds/gear.yaml": definition("Gear"),
      "templates/all.yaml": [
        configMap("a"),
        custom("Gear", "one"),
        definition("Wheel"),
        custom("Wheel", "one"),
        "apiVersion: v1\nkind: Namespace\nmetadata: { name: dry-run-made }\n",
        configMap("b", {}, "  namespace: dry-run-made\n"),
        configMap("c", {}, "  namespace: dry-run-missing\n"),
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: dry-run }\n",
      ].join("---\n"),
    });
    await using home = await plane.namespace();
    await using release = await installChart(await writeChart({ "templates/a.yaml": configMap("z") }), {
      controlPlane: plane,
      namespace: home.name,
      releaseName: "old",
    });
    // Controllers finish their own work on what is new.
    let last = "";
    const isSettled = async () => {
      const now = (await storeSnapshot(plane)).join();
      const isSame = now === last;
      last = now;
      return isSame;
    };
    await expect.poll(isSettled, { timeout: 30_000 }).toBe(true);
    const before = await storeSnapshot(plane);
    const result = await dryRunChart(chart, { controlPlane: plane });
    const upgrade = await dryRunChart(chart, { controlPlane: plane, namespace: home.name, releaseName: release.name });
    expect(await storeSnapshot(plane)).toEqual(before);
    expect(result.submitted).toBe(9);
    expect(result.findings.map(({ message }) => message)).toEqual([
      'namespaces "dry-run-missing" not found',
      expect.stringContaining(
        'no matches for kind "Wheel" in version "example.com/v1": a template creates its CustomResourceDefinition',
      ),
    ]);
    expect(upgrade.operation).toBe("upgrade");
  });

  it("collects every error of every object, also errors that the first one hides", async () => {
    const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replica: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: api } }
    spec:
      containers: [{ name: web, image: web, cmd: [run], ports: [{ containerPort: 0 }] }]
`;
    const chart = await writeChart({ "templates/all.yaml": [deployment, service("web", 99999)].join("---\n") });
    const result = await dryRunChart(chart);
    expect(result).toMatchObject({ accepted: false, submitted: 2, rejected: 2, objects: [] });
    expect(result.findings.map(({ object, field, reason }) => `${object?.kind} ${field} ${reason}`)).toEqual([
      "Service spec.ports[0].port Invalid",
      "Service spec.ports[0].targetPort Invalid",
      "Deployment spec.replica Invalid",
      "Deployment spec.template.spec.containers[0].cmd Invalid",
      "Deployment spec.template.metadata.labels Invalid",
      "Deployment spec.template.spec.containers[0].ports[0].containerPort Invalid",
    ]);
    for (const finding of result.findings) expect(finding.template).toBe("demo/templates/all.yaml");
  });

  it.each(["[web]", "web", "{ size: 1 }"])("refuses an object with the labels %s", async (labels) => {
    const broken = configMap("b", {}, `  labels: ${labels}\n`);
    const chart = await writeChart({ "templates/all.yaml": [configMap("a"), broken].join("---\n") });
    const result = await dryRunChart(chart);
    expect(result.objects.map(({ metadata: { name } }) => name)).toEqual(["a"]);
    expect(result.findings).toMatchObject([
      {
        object: { kind: "ConfigMap", name: "b" },
        field: expect.stringMatching(/^metadata\.labels/),
        template: "demo/templates/all.yaml",
      },
    ]);
  });

  it("returns the objects as the API server would store them, with Helm's metadata", async () => {
    const chart = await writeChart({ "templates/a.yaml": service("web", 80) });
    const result = await dryRunChart(chart);
    const { objects, namespace } = result;
    expect(result.get("Service", "web").spec.type).toBe("ClusterIP");
    expect(result.all("Service")).toEqual(objects);
    expect(() => result.get("Service", "wbe")).toThrow("it has: Service");
    expect(objects).toMatchObject([
      {
        kind: "Service",
        metadata: {
          namespace,
          labels: { "app.kubernetes.io/managed-by": "Helm" },
          annotations: { "meta.helm.sh/release-name": "demo", "meta.helm.sh/release-namespace": namespace },
          managedFields: [{ manager: "helm", operation: "Apply" }],
        },
        spec: { type: "ClusterIP", sessionAffinity: "None" },
      },
    ]);
  });

  it("accepts a CustomResourceDefinition that spells out defaults", async () => {
    // The API server stores no priority of 0, so what is applied differs from what is there.
    const column = "additionalPrinterColumns: [{ name: Size, type: integer, jsonPath: .spec.size, priority: 0 }]";
    const crd = definition("Lever").replace("      served: true\n", `      served: true\n      ${column}\n`);
    const chart = await writeChart({ "crds/a.yaml": crd, "templates/a.yaml": custom("Lever", "a") });
    expect(await dryRunChart(chart)).toBeAccepted();
    await using release = await installChart(chart);
    expect(await release.get("Lever", "a")).toBeDefined();
  });

  it("reports a null in a custom resource, which server-side apply does not drop", async () => {
    const object = custom("Shaft", "a").replace("size: 1", "size: null");
    const chart = await writeChart({ "crds/a.yaml": definition("Shaft"), "templates/a.yaml": object });
    const result = await dryRunChart(chart);
    expect(result).toBeRejected({ kind: "Shaft", reason: "Invalid", field: "spec.size" });
    expect(result.findings.find(({ field }) => field === "spec.size")).toMatchObject({
      hint: expect.stringMatching(/^leave out the field: /),
    });
    await using release = await installChart(chart, { serverSide: false });
    expect((await release.get("Shaft", "a")).spec).toEqual({});
  });

  it("reports the API server's warnings about a CustomResourceDefinition that exists by then", async () => {
    const crd = definition("Crank").replace("type: integer,", "type: integer, format: whole,");
    const result = await dryRunChart(await writeChart({ "crds/a.yaml": crd }));
    expect(result).toBeAccepted();
    expect(result.objects).toMatchObject([{ kind: "CustomResourceDefinition", spec: { group: "example.com" } }]);
    const message = expect.stringContaining('unrecognized format "whole"');
    expect(result.warnings).toMatchObject([{ object: { kind: "CustomResourceDefinition" }, message }]);
  });

  it("checks hooks and tests, except with noHooks", async () => {
    const hook = (event: string) => `  annotations: { helm.sh/hook: ${event} }\n`;
    const chart = await writeChart({
      "templates/a.yaml": configMap("a"),
      "templates/test.yaml": pod("test", "  restartPolicy: Sometimes\n", hook("test")),
    });
    const result = await dryRunChart(chart);
    expect(result).toBeRejected({ kind: "Pod", name: "test", field: "spec.restartPolicy" });
    expect(await dryRunChart(chart, { noHooks: true })).toBeAccepted();
  });

  it("creates the prerequisites of bare Pods when the chart contains them", async () => {
    const account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: runner }\n";
    const priority =
      "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: { name: dry-run-high }\nvalue: 10\n";
    const spec = "  serviceAccountName: runner\n  priorityClassName: dry-run-high\n";
    const files = { "templates/pod.yaml": pod("a", spec) };
    const result = await dryRunChart(await writeChart(files));
    expect(result).toBeRejected({
      kind: "Pod",
      reason: "Forbidden",
      message: /serviceaccount "runner" not found|PriorityClass/,
    });
    const whole = await writeChart({ ...files, "templates/others.yaml": `${account}---\n${priority}` });
    expect(await dryRunChart(whole)).toBeAccepted();
  });

  it("refuses objects that Helm would not overwrite, and accepts the release's own", async () => {
    const { kube, namespace } = currentControlPlane();
    await using home = await namespace();
    await kube.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: home.name } });
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    expect(await dryRunChart(chart, { namespace: home.name })).toBeRejected({
      kind: "ConfigMap",
      reason: "AlreadyExists",
      message: 'ConfigMap "a" exists and cannot be imported into the release: it was not created by Helm',
    });
    await kube.delete({ apiVersion: "v1", kind: "ConfigMap", namespace: home.name, name: "a" });
    await using release = await installChart(chart, { namespace: home.name });
    expect(await dryRunChart(chart, { namespace: home.name, releaseName: release.name })).toBeAccepted();
  });

  it("starts an upgrade from the values of the release, as Helm does", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a", { port: "{{ .Values.port | quote }}" }) });
    await using release = await installChart(chart, { values: { port: 1 } });
    const { namespace, name: releaseName } = release;
    const port = async (values?: object) =>
      (await dryRunChart(chart, { namespace, releaseName, ...values })).objects[0]?.data;
    expect(await port()).toEqual({ port: "1" });
    expect(await port({ values: { port: 2 } })).toEqual({ port: "2" });
    expect((await release.get("ConfigMap", "a")).data).toEqual({ port: "1" });
  });

  it("renders with the kinds and the objects of the live API server", async () => {
    const text = `apiVersion: v1
kind: ConfigMap
metadata: { name: a }
data:
  found: "{{ (lookup "v1" "Namespace" "" "default").metadata.name }}"
  served: "{{ .Capabilities.APIVersions.Has "batch/v1/CronJob" }}"
`;
    const chart = await writeChart({ "templates/a.yaml": text });
    expect((await dryRunChart(chart)).objects[0]?.data).toEqual({ found: "default", served: "true" });
  });

  it("is bounded and can be cancelled", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    await expect(dryRunChart(chart, { timeout: "1ms" })).rejects.toMatchObject({
      code: "SEATRIAL_TIMEOUT",
      message: expect.stringContaining("the dry run of"),
    });
    await expect(dryRunChart(chart, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "SEATRIAL_CANCELLED",
    });
    const { kube } = currentControlPlane();
    await expect
      .poll(async () =>
        (await kube.list("v1", "Namespace")).filter(({ metadata }) => metadata.name?.startsWith("demo-bounded")),
      )
      .toEqual([]);
  });
});
