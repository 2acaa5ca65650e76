import { currentControlPlane, dryRunChart, findingsOf, installChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";
import { storeSnapshot } from "../../helpers/store-snapshot.ts";
import { once, podSpec, selecting, template } from "../../helpers/workloads.ts";

const namespaceRef = (name: string) => ({ apiVersion: "v1", kind: "Namespace", name });
const role = (name: string, more = "") =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: ${name}\n${more}`;

describe("installChart", () => {
  it("installs, as Helm does, an object with an empty namespace and a list of a typed kind", async () => {
    const empty = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: empty, namespace: "" }\n`;
    const missing = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: missing, namespace: }\n";
    const list = "apiVersion: v1\nkind: ConfigMapList\nitems:\n  - metadata: { name: listed }\n    data: { a: b }\n";
    const chart = await writeChart({ "templates/all.yaml": [empty, missing, list].join("---\n") });
    expect(await dryRunChart(chart)).toMatchObject({ accepted: true, findings: [], submitted: 3 });
    await using release = await installChart(chart);
    const objects = await release.objects();
    expect(objects.map(({ kind, metadata }) => [kind, metadata.name, metadata.namespace])).toEqual([
      ["ConfigMap", "empty", release.namespace],
      ["ConfigMap", "missing", release.namespace],
      ["ConfigMap", "listed", release.namespace],
    ]);
  });

  it("rejects a kind in `all` that neither the API server nor the release has", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a", { b: "c" }) });
    await using release = await installChart(chart);
    expect(await release.all("Secret")).toEqual([]);
    expect(await rejectionOf(release.all("ConfigMapp"))).toMatchObject({
      code: "SEATRIAL_USAGE",
      message: 'release.all: the API server serves no kind "ConfigMapp"\nHint: did you mean "ConfigMap"?',
    });
  });

  it("installs into a namespace of its own and leaves nothing when it is disposed of", async () => {
    const { kube } = currentControlPlane();
    const chart = await writeChart({
      "templates/all.yaml": `${configMap("a", { b: "c" })}---\n${role("install-demo")}`,
    });
    let namespace: string;
    {
      await using release = await installChart(chart);
      namespace = release.namespace;
      expect(release).toMatchObject({ name: "demo", revision: 1, status: "deployed" });
      expect(release.namespace).toMatch(/^demo-[a-z0-9]{6}$/);
      expect(release.chart.digest).toMatch(/^sha256:/);
      expect((await release.get("ConfigMap", "a")).data).toEqual({ b: "c" });
      expect((await release.get("ClusterRole", "install-demo")).metadata.namespace).toBeUndefined();
      expect((await release.objects()).map(({ kind }) => kind)).toEqual(["ConfigMap", "ClusterRole"]);
    }
    expect(await kube.get(namespaceRef(namespace))).toBeUndefined();
    expect(
      (await kube.list("rbac.authorization.k8s.io/v1", "ClusterRole")).map(({ metadata }) => metadata.name),
    ).not.toContain("install-demo");
  });

  it("leaves a given namespace in existence, but nothing in it", async () => {
    const plane = currentControlPlane();
    await using home = await plane.namespace();
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    const release = await installChart(chart, { namespace: home.name, releaseName: "other" });
    expect(release.name).toBe("other");
    await release[Symbol.asyncDispose]();
    await release[Symbol.asyncDispose]();
    expect(await plane.kube.get(namespaceRef(home.name))).toBeDefined();
    const names = (kind: string) =>
      plane.kube.list("v1", kind, { namespace: home.name }).then((list) => list.map(({ metadata }) => metadata.name));
    expect(await names("ConfigMap")).toEqual(["kube-root-ca.crt"]);
    expect(await names("Secret")).toEqual([]);
  });

  it("creates the given namespace only with createNamespace", async () => {
    const { kube } = currentControlPlane();
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    const namespace = `install-test-${process.pid}`;
    const error = await rejectionOf(installChart(chart, { namespace }));
    expect(findingsOf(error)).toMatchObject([
      { step: "install", message: expect.stringContaining(`namespaces "${namespace}" not found`) },
    ]);
    {
      await using release = await installChart(chart, { namespace, createNamespace: true });
      expect(release.namespace).toBe(namespace);
    }
    expect(await kube.get(namespaceRef(namespace))).toBeUndefined();
  });

  it("rejects with a finding for each cause and leaves nothing of a failed installation", async () => {
    const plane = currentControlPlane();
    const bad = "apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ports: [{ port: 99999 }] }\n";
    const chart = await writeChart({ "templates/bad.yaml": bad, "templates/good.yaml": role("install-failed") });
    const error = await rejectionOf(installChart(chart, { releaseName: "install-failed" }));
    expect(error).toMatchObject({ name: "ClusterError", code: "SEATRIAL_REJECTED", reason: "Invalid" });
    expect(findingsOf(error)).toMatchObject([
      {
        object: { kind: "Service", name: "web" },
        field: "spec.ports[0].port",
        template: "demo/templates/bad.yaml",
        step: "install",
      },
      { object: { kind: "Service", name: "web" }, field: "spec.ports[0].targetPort" },
    ]);
    const left = (await storeSnapshot(plane)).filter((line) => line.includes("install-failed"));
    expect(left).toEqual([]);
  });

  it("upgrades, rolls back and returns its history", async () => {
    const chart = await writeChart({
      "templates/a.yaml": configMap("a", { v: "{{ .Values.v | quote }}" }),
      "values.yaml": "v: 1\n",
    });
    const next = await writeChart({
      "templates/b.yaml": configMap("b", { v: "{{ .Values.v | quote }}" }),
      "values.yaml": "v: 9\n",
    });
    await using release = await installChart(chart);
    const first = release.chart.digest;
    await release.upgrade({ values: { v: 2 } });
    expect((await release.get("ConfigMap", "a")).data).toEqual({ v: "2" });
    expect(release.chart.digest).toBe(first);

    await release.upgrade(next);
    expect(release.chart.digest).not.toBe(first);
    expect((await release.get("ConfigMap", "b")).data).toEqual({ v: "2" });
    await expect(release.get("ConfigMap", "a")).rejects.toMatchObject({ code: "SEATRIAL_OBJECT_SELECTION" });

    await release.rollback(1);
    expect((await release.get("ConfigMap", "a")).data).toEqual({ v: "1" });
    expect(release.revision).toBe(4);
    expect((await release.history()).map(({ revision, status }) => `${revision} ${status}`)).toEqual([
      "1 superseded",
      "2 superseded",
      "3 superseded",
      "4 deployed",
    ]);
  });

  it("finds objects that controllers created for the release, and none of other releases", async () => {
    const deployment = template("Deployment", "web", selecting("web", podSpec(), { replicas: 2 }));
    const chart = await writeChart({ "templates/a.yaml": deployment });
    await using release = await installChart(chart);
    await expect.poll(async () => (await release.all("Pod")).length).toBe(2);
    expect(await release.all("ReplicaSet")).toHaveLength(1);
    expect(await release.all("ConfigMap")).toEqual([]);
    expect(await release.all("Secret")).toEqual([]);
    await expect.poll(() => release.get("Deployment", "web")).toHaveCondition("Available", "True");
    const error = await rejectionOf(release.get("Deployment", "wbe"));
    expect(error.message.replaceAll(release.namespace, "<ns>")).toMatchInlineSnapshot(`
      "Release <ns>/demo has no Deployment named "wbe"
        it has: Deployment <ns>/web"
    `);
  });

  it("uninstalls, keeps Helm's kept objects until the end, and does nothing afterwards", async () => {
    const { kube } = currentControlPlane();
    const keep = '  annotations: { "helm.sh/resource-policy": keep }\n';
    const chart = await writeChart({ "templates/all.yaml": `${configMap("a")}---\n${role("install-kept", keep)}` });
    const kept = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", name: "install-kept" };
    const release = await installChart(chart);
    await release.uninstall();
    expect(release.status).toBe("uninstalled");
    expect(await release.objects()).toMatchObject([{ kind: "ClusterRole" }]);
    await expect(release.upgrade()).rejects.toMatchObject({ code: "SEATRIAL_USAGE" });
    await release[Symbol.asyncDispose]();
    expect(await kube.get(kept)).toBeUndefined();
  });

  it("names the objects that still exist after an uninstall", async () => {
    const { kube } = currentControlPlane();
    const chart = await writeChart({ "templates/a.yaml": configMap("a", {}, "  finalizers: [example.com/wait]\n") });
    await using release = await installChart(chart);
    const error = await rejectionOf(release.uninstall({ timeout: "200ms" }));
    await kube.patch(
      { apiVersion: "v1", kind: "ConfigMap", namespace: release.namespace, name: "a" },
      { metadata: { finalizers: null } },
    );
    expect(error).toMatchObject({ code: "SEATRIAL_TIMEOUT" });
    expect(findingsOf(error)).toMatchObject([
      {
        step: "uninstall",
        reason: "Leftover",
        object: { kind: "ConfigMap", name: "a", namespace: release.namespace },
        template: "demo/templates/a.yaml",
        message: expect.stringMatching(
          /^it still exists \d+ ms after the uninstall: it is being deleted, finalizers: example.com\/wait$/,
        ),
      },
    ]);
  });

  it("does not pass a chart without tests", async () => {
    await using release = await installChart(await writeChart({ "templates/a.yaml": configMap("a") }));
    expect(await release.test()).toMatchObject({
      passed: false,
      findings: [{ reason: "NoTests", step: "test" }],
      hooks: [],
    });
  });

  it("cancels an installation", async () => {
    const { kube } = currentControlPlane();
    const job = template("Job", "wait", once(), { "helm.sh/hook": "pre-install" });
    const chart = await writeChart({ "templates/job.yaml": job }, "cancelled");
    const controller = new AbortController();
    const installing = rejectionOf(installChart(chart, { signal: controller.signal }));
    await expect
      .poll(async () =>
        (await kube.list("batch/v1", "Job")).filter(({ metadata }) => metadata.namespace?.startsWith("cancelled-")),
      )
      .toHaveLength(1);
    controller.abort();
    expect(await installing).toMatchObject({ code: "SEATRIAL_CANCELLED" });
    expect(
      (await kube.list("v1", "Namespace")).filter(({ metadata }) => metadata.name?.startsWith("cancelled-")),
    ).toEqual([]);
  });
});
