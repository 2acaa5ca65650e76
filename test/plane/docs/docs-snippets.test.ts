import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  addUser,
  container,
  installCrds as createCrds,
  currentControlPlane,
  type DryRunOptions,
  dryRunChart as dryRun,
  dryRunChart,
  editObjectAs,
  fieldManagers,
  given,
  installChart,
  installCrds,
  namespaceAdmin,
  simulate,
  simulateNode,
  simulateStages,
  simulateWebhook,
  stableObject,
  stableObjects,
  startControlPlane,
  templateChart,
  tryInstall,
  upgradeFrom,
} from "seatrial";
import { unmasked } from "seatrial/vitest";
import { describe, expect, it } from "vitest";
import { writeChart } from "../../helpers/charts/write-chart.ts";
import { statusDefinition } from "../../helpers/stages.ts";

// The specs that the pages show; test/unit/docs/snippets.test.ts holds both together.

it("renders no replicas when the autoscaler decides", async () => {
  const result = await templateChart("charts/web", { values: { autoscaling: { enabled: true } } });
  expect(result.get("Deployment", "web").spec).not.toHaveProperty("replicas");
});

it("is taken by the API server with production's values", async () => {
  const result = await dryRunChart("charts/web", { values: "charts/web/ci/public-values.yaml" });
  expect(result).toBeAccepted();
});

it("gets three pods from the controllers", async () => {
  await using release = await installChart("charts/web", { values: { replicaCount: 3 } });
  await expect.poll(async () => (await release.all("Pod")).length).toBe(3);
});

it("keeps out what the operator refuses", async () => {
  await using release = await installChart("charts/operator", { values: "charts/operator/ci/webhook-values.yaml" });
  await using hook = await simulateWebhook(release, {
    name: "backups.data.example.com",
    handle: ({ request }) => ({ allowed: request.operation !== "CREATE", message: "the store is full" }),
  });
  const nightly = { schedule: "0 3 * * *", target: { name: "store" } };
  const values = { webhook: { enabled: true }, backups: { nightly } };
  const result = await dryRunChart("charts/operator", { values, namespace: release.namespace });
  expect(result).toBeRejected({ kind: "Backup", message: "denied the request: the store is full" });
  expect(await hook.reviews()).toMatchObject([{ request: { operation: "CREATE", dryRun: true } }]);
});

it("keeps the password that exists", async () => {
  await using namespace = await currentControlPlane().namespace();
  const where = { namespace: namespace.name, releaseName: "cache", dryRun: "server" } as const;
  const labels = { "app.kubernetes.io/managed-by": "Helm" };
  const annotations = { "meta.helm.sh/release-name": "cache", "meta.helm.sh/release-namespace": namespace.name };
  const metadata = { name: "cache-store", labels, annotations };
  const password = Buffer.from("known").toString("base64");
  {
    const secret = { apiVersion: "v1", kind: "Secret", metadata, data: { password } };
    await using _secret = await given(secret, { namespace: namespace.name });
    const result = await templateChart("charts/store", where);
    expect(result.get("Secret", "cache-store").data).toMatchObject({ password });
  }
  const result = await templateChart("charts/store", where);
  expect(result.get("Secret", "cache-store").data).not.toMatchObject({ password });
});

it("uses a kind only where it is served", async () => {
  // Other spec files create the same definition on the shared control plane.
  await using controlPlane = await startControlPlane();
  const dryRunChart = (path: string, options: DryRunOptions) => dryRun(path, { ...options, controlPlane });
  const installCrds = (path: string) => createCrds(path, { controlPlane });
  const values = { backups: { nightly: { schedule: "0 3 * * *", target: { name: "store" } } } };
  expect(await dryRunChart("charts/operator", { values, skipCrds: true })).toBeRejected({ kind: "Backup" });
  await using _crds = await installCrds("charts/operator");
  expect(await dryRunChart("charts/operator", { values, skipCrds: true })).toBeAccepted();
});

describe("docs/matchers.md", () => {
  it("shows budgets and quantities that come out as it says", async () => {
    const result = await templateChart("charts/web", { values: { podDisruptionBudget: { enabled: true } } });
    expect(result.get("Deployment", "web")).toBeCoveredByPdb(result);
    const app = container(result.get("Deployment", "web"));
    expect(app.resources?.limits?.memory).toEqualQuantity("0.125Gi");
    expect(app).toMatchObject({ resources: { requests: { cpu: expect.toEqualQuantity("0.05") } } });
  });

  it("shows dry runs that come out as it says", async () => {
    {
      const result = await dryRunChart("charts/web");
      expect(result).toBeAccepted();
      expect(result.warnings).toEqual([]);
    }
    const result = await dryRunChart("charts/web", { set: { "service.port": 99999 } });
    expect(result).toBeRejected({ kind: "Service", reason: "Invalid", field: "spec.ports[0].port" });
  });

  it("shows renderings that come out as it says", async () => {
    await expect(templateChart("charts/web", { values: { replicas: 2 } })).toFailTemplate(/'replicas' not allowed/);
    const result = await templateChart("charts/web", { values: { replicaCount: 3 } });
    expect(result).toContainDocument({ kind: "Deployment", name: "web", spec: { replicas: 3 } });
    expect(result.get("Service", "web")).toSelectPods(result);
    expect(result).toReferenceExisting();
    expect(result).toHaveDocuments(7);
    expect(result).toHaveDocuments({ kind: "Service", count: 1 });
    expect(result).not.toHaveDocuments({ kind: "Ingress" });
    expect(result).not.toContainDocument({ kind: "Ingress", name: "web" });
  });

  it("shows how to find a container", async () => {
    const result = await templateChart("charts/web", { values: { replicaCount: 3 } });
    const deployment = result.get("Deployment", "web");
    expect(container(deployment, "web").image).toMatch(/^nginxinc\/nginx-unprivileged:/);
  });

  it("shows conditions that are set", async () => {
    await using release = await installChart("charts/web", { simulate: { deployment: "web", neverReady: true } });
    // The Deployment controller sets both, but not in one write.
    await expect.poll(() => release.get("Deployment", "web")).toHaveCondition("Progressing");
    await expect.poll(() => release.get("Deployment", "web")).toHaveCondition("Available", "False");
  });

  it("shows the condition of a CRD", async () => {
    await using release = await installChart("charts/operator");
    const crd = await release.controlPlane.kube.get({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      name: "backups.data.example.com",
    });
    expect(crd).toHaveCondition("Established");
  });

  it("shows a Secret's data in a snapshot when it is asked to", async () => {
    const secret = "apiVersion: v1\nkind: Secret\nmetadata: { name: web }\nstringData: { a: told }\n";
    const result = await templateChart(await writeChart({ "templates/secret.yaml": secret }));
    expect(unmasked(result.get("Secret", "web"))).toMatchSnapshot();
  });
});

it("evicts no Pod that a budget keeps", async () => {
  const values = { replicaCount: 2, podDisruptionBudget: { enabled: true, maxUnavailable: 0 } };
  await using release = await installChart("charts/web", { values, wait: true });
  const [pod] = await release.all("Pod");
  const eviction = release.controlPlane.kube.evict(pod?.metadata ?? {});
  await expect(eviction).rejects.toMatchObject({ statusCode: 429, causes: [{ reason: "DisruptionBudget" }] });
});

it("loses a node", async () => {
  await using plane = await startControlPlane();
  await using release = await installChart("charts/web", { controlPlane: plane, wait: true });
  await using _lost = await simulateNode("node-2", { lost: true, controlPlane: plane });
  expect(await release.get("Deployment", "web")).toHaveCondition("Progressing");
  const conditions = async () => (await plane.kube.get({ apiVersion: "v1", kind: "Node", name: "node-2" }))?.status;
  expect(await conditions()).toMatchObject({
    conditions: expect.arrayContaining([expect.objectContaining({ type: "Ready", status: "Unknown" })]),
  });
});

it("simulates one node, and a container that crashes", async () => {
  await using plane = await startControlPlane({ simulation: { nodes: 1 } });
  expect(await plane.kube.list("v1", "Node")).toHaveLength(1);
  expect(plane.capabilities).toMatchObject({ pods: "simulated", simulates: true });

  await using release = await installChart("charts/web", { wait: true });
  await simulate(release, { deployment: "web", crashLoop: true });
  await expect.poll(() => release.get("Deployment", "web"), { timeout: 20_000 }).toHaveCondition("Available", "False");
});

describe("docs/stages.md", () => {
  it("shows a Stage that fails a custom resource", async () => {
    await using release = await installChart("charts/operator", { values: "charts/operator/ci/backups-values.yaml" });
    await using failing = await simulateStages(release, "docs/examples/stages/backup-failed.yaml");
    await expect.poll(() => release.all("Backup").then(([backup]) => backup)).toHaveCondition("Stalled");
    expect(await failing.stages()).toMatchObject([{ name: "backup-failed", problems: [] }]);
  });

  it("shows a Stage that issues certificates, and its Secret goes with the certificate", async () => {
    const spec = { secretName: "web-tls" };
    const certificate = { apiVersion: "cert-manager.io/v1", kind: "Certificate", metadata: { name: "web" }, spec };
    const crd = statusDefinition("Certificate").replaceAll("example.com", "cert-manager.io");
    const chart = await writeChart({ "crd.yaml": crd, "templates/a.yaml": JSON.stringify(certificate) });
    await using _crds = await installCrds(`${chart}/crd.yaml`);
    await using release = await installChart(chart, { stages: "docs/examples/stages/certificate.yaml" });
    await expect.poll(() => release.get("Certificate", "web")).toHaveCondition("Ready");
    const { kube } = release.controlPlane;
    const secrets = () =>
      kube.list("v1", "Secret", { namespace: release.namespace, fieldSelector: "metadata.name=web-tls" });
    expect(await secrets()).toMatchObject([{ type: "kubernetes.io/tls" }]);
    await release.uninstall();
    await expect.poll(secrets).toEqual([]);
  });
});

describe("docs/rbac.md", () => {
  it("shows what a ServiceAccount may do as it is", async () => {
    await using release = await installChart("charts/web");
    const web = await release.as("web");
    await expect(web).toBeAllowed({ verb: "get", resource: "configmaps" });
    await expect(web).not.toBeAllowed({ verb: "create", resource: "pods/exec" });
  });

  it("shows a user without rights as it is", async () => {
    await using jane = await addUser({ name: "jane", groups: ["crew"] });
    await expect(jane).not.toBeAllowed({ verb: "list", resource: "secrets" });
  });

  it("shows a namespace admin as it is", async () => {
    await using release = await installChart("charts/web", { as: namespaceAdmin() });
    expect(release.status).toBe("deployed");
    const { findings } = await dryRunChart("charts/web", { as: namespaceAdmin() });
    expect(findings).toEqual([]);
  });
});

describe("docs/policy.md", () => {
  it("shows a chart that meets the restricted level as it is", async () => {
    await using release = await installChart("charts/web", { namespace: { podSecurity: "restricted" }, wait: true });
    expect(release.status).toBe("deployed");
  });
});

describe("docs/helm-versions.md", () => {
  it("shows a release of Helm 3 that somebody has edited, upgraded by Helm 4", async () => {
    await using release = await installChart("charts/web", { helm: 3 });
    await editObjectAs("kubectl-edit", await release.get("Deployment", "web"), { spec: { replicas: 5 } });
    await release.upgrade({ helm: 4 });
    expect(fieldManagers(await release.get("Deployment", "web"), "spec.replicas")).toEqual(["helm"]);
  });
});

describe("docs/release-life.md", () => {
  // The chart as it was before.
  const copyChart = async () => {
    const copy = await writeChart({}, "web");
    await cp("charts/web", copy, { recursive: true });
    const metadata = join(copy, "Chart.yaml");
    await writeFile(metadata, (await readFile(metadata, "utf8")).replace(/^version: .*$/m, "version: 1.3.0"));
    return copy;
  };

  it("shows upgrades that come out as it says", async () => {
    const previous = await copyChart();
    {
      await using release = await upgradeFrom("charts/web", { path: previous, values: { replicaCount: 2 } });
      expect(await release.get("Deployment", "web")).toMatchObject({ spec: { replicas: 2 } });
      await expect(release).toBeIdempotent();
      await release.uninstall();
      await expect(release).toHaveNothingLeft({ allow: ["PersistentVolumeClaim/data-*"] });
    }
    await expect("charts/web").toUpgradeFrom({ path: previous }, { values: { replicaCount: 2 } });
  });

  it("shows a dry run of an upgrade that comes out as it says", async () => {
    await using release = await installChart("charts/web", { values: { podDisruptionBudget: { enabled: true } } });
    const values = { podDisruptionBudget: { enabled: false } };
    const result = await dryRunChart("charts/web", { upgrade: release, values });
    expect(result.pruned).toMatchObject([{ kind: "PodDisruptionBudget", metadata: { name: "web" } }]);
    expect(result).toBeAccepted();
  });

  it("shows a trial installation that comes out as it says", async () => {
    const tried = await tryInstall("charts/web", { values: { replicaCount: 2 } });
    expect(tried).toBeAccepted();
    expect(tried.get("Deployment", "web").status?.readyReplicas).toBe(2);
  });

  it("shows a post-renderer that comes out as it says", async () => {
    const postRenderer = (manifests: string) => manifests.replaceAll("name: web", "name: shop");
    const rendered = await templateChart("charts/web", { postRenderer });
    expect(rendered).toContainDocument({ kind: "Deployment", name: "shop" });
  });
});

describe("docs/snapshots.md", () => {
  it("shows snapshots that come out as it says", async () => {
    await using release = await installChart("charts/store", { wait: true });
    await expect(release).toMatchLiveSnapshot({ kinds: ["Service", "Secret"] });
    const [pod = {}] = await release.all("Pod");
    expect(stableObject(pod)).toMatchObject({ metadata: { name: "store-0" }, spec: { hostname: "store-0" } });
    expect((await stableObjects(release)).map(({ kind }) => kind)).toContain("StatefulSet");
  });
});
