import { fileURLToPath } from "node:url";
import { execaNode } from "execa";
import {
  type ControlPlane,
  currentControlPlane,
  installChart,
  installCrds,
  setCurrentControlPlane,
  startControlPlane,
} from "seatrial";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { describeAbandoned, removeAbandoned } from "../../../src/sharing/abandoned.ts";
import { releaseRecords } from "../../../src/sharing/release-records.ts";
import { configMap, definition, writeChart } from "../../helpers/charts/write-chart.ts";

// Other test files kill processes, too, and look at what they left.
const shared = currentControlPlane();
let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
  setCurrentControlPlane(plane);
});
afterAll(async () => {
  setCurrentControlPlane(shared);
  await plane.stop();
});

const program = fileURLToPath(new URL("../../programs/hold-install.ts", import.meta.url));
const slow = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, finalizers: [example.com/stays] }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: a, image: "example.invalid/a:1", readinessProbe: { exec: { command: ["true"] }, initialDelaySeconds: 100000 } }]
`;

/** Starts another process that installs a chart; resolves when it says `word`. */
async function start(word: string, input: object) {
  const env = { NODE_NO_WARNINGS: "1" };
  const other = execaNode(program, { input: JSON.stringify({ data: plane.data, ...input }), env, reject: false });
  onTestFinished(async () => {
    other.kill("SIGKILL");
    await other;
  });
  // The end of a loop over the lines would wait for the end of the process.
  const lines = other.iterable()[Symbol.asyncIterator]();
  for (let line = await lines.next(); line.value !== word; line = await lines.next()) {
    if (line.done === true) throw new Error(`the process ended before it said "${word}"`);
  }
  return {
    kill: async () => {
      other.kill("SIGKILL");
      await other;
    },
  };
}

async function recordIn(namespace: string) {
  return (await releaseRecords(plane, { namespace }))[0];
}

describe("removeAbandoned", () => {
  it("removes the namespace of a run that was killed while it waited, whatever finalizers are in it", async () => {
    const chart = await writeChart({ "templates/a.yaml": slow }, "killed-own");
    const run = await start("installing", { chart, options: { wait: true } });
    const left = async () =>
      (await plane.kube.list("v1", "Namespace", { labelSelector: "seatrial.dev/owner" })).find(({ metadata }) =>
        metadata.name?.startsWith("killed-own-"),
      )?.metadata.name;
    await expect
      .poll(async () => (await recordIn((await left()) ?? "none"))?.status, { timeout: 20_000 })
      .toBe("pending-install");
    const namespace = (await left()) ?? "";
    await run.kill();
    const { removed, failed } = await removeAbandoned(plane);
    expect(failed).toEqual([]);
    expect(removed.find((text) => text.includes(namespace))).toMatch(
      /^namespace killed-own-\w+ with release killed-own \((pending-install|failed)\)$/,
    );
    expect(await plane.kube.get({ apiVersion: "v1", kind: "Namespace", name: namespace })).toBeUndefined();
    expect(await recordIn(namespace)).toBeUndefined();
  });

  it("removes an unfinished release from a namespace of others, and leaves those of running processes", async () => {
    await using namespace = await plane.namespace();
    await using second = await plane.namespace();
    const chart = await writeChart({ "templates/a.yaml": slow });
    const dead = await start("installing", { chart, options: { wait: true, namespace: namespace.name } });
    await start("installing", { chart, options: { wait: true, namespace: second.name } });
    for (const { name } of [namespace, second])
      await expect.poll(async () => (await recordIn(name))?.status, { timeout: 20_000 }).toBe("pending-install");
    await dead.kill();
    const { removed } = await removeAbandoned(plane);
    expect(removed.filter((text) => text.includes(namespace.name))).toHaveLength(1);
    expect(removed.filter((text) => text.includes(second.name))).toEqual([]);
    expect(await recordIn(namespace.name)).toBeUndefined();
    expect(await plane.kube.list("apps/v1", "Deployment", { namespace: namespace.name })).toEqual([]);
    expect((await recordIn(second.name))?.status).toBe("pending-install");
    // The next run installs the same.
    const good = await writeChart({ "templates/a.yaml": configMap("a") });
    await using release = await installChart(good, { namespace: namespace.name });
    expect(release.status).toBe("deployed");
    await plane.kube.patch(
      { apiVersion: "apps/v1", kind: "Deployment", namespace: second.name, name: "web" },
      { metadata: { finalizers: null } },
    );
  });

  it("leaves a deployed release in a namespace of others until its name is needed", async () => {
    await using namespace = await plane.namespace();
    const role =
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: abandoned-role }\nrules: []\n";
    const chart = await writeChart({ "templates/a.yaml": configMap("a"), "templates/b.yaml": role });
    const run = await start("installed", { chart, options: { namespace: namespace.name, releaseName: "first" } });
    await run.kill();
    await removeAbandoned(plane);
    expect((await recordIn(namespace.name))?.status).toBe("deployed");
    {
      // The name of a cluster-scoped object.
      await using release = await installChart(chart, { releaseName: "second" });
      expect(release.status).toBe("deployed");
      expect(await recordIn(namespace.name)).toBeUndefined();
    }
    const again = await start("installed", { chart, options: { namespace: namespace.name, releaseName: "third" } });
    await again.kill();
    await using release = await installChart(chart, { namespace: namespace.name, releaseName: "third" });
    expect(release).toMatchObject({ revision: 1, status: "deployed" });
  });

  it("removes the definitions that only killed processes held", async () => {
    const chart = await writeChart({
      "templates/a.yaml": configMap("a"),
      "shared/a.yaml": definition("HeldByTwo"),
      "own/a.yaml": definition("HeldByDead"),
    });
    const run = await start("installed", { chart, crds: [`${chart}/shared`, `${chart}/own`] });
    await using _shared = await installCrds(`${chart}/shared`);
    await run.kill();
    const { removed } = await removeAbandoned(plane);
    expect(removed).toContain("CustomResourceDefinition heldbydeads.example.com");
    expect(removed).not.toContain("CustomResourceDefinition heldbytwos.example.com");
    const crd = (name: string) =>
      plane.kube.get({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name });
    expect(await crd("heldbydeads.example.com")).toBeUndefined();
    expect(await crd("heldbytwos.example.com")).toBeDefined();
  });
});

describe("describeAbandoned", () => {
  it("lists a few things, and what could not be removed", () => {
    const removed = ["a", "b", "c", "d", "e", "f", "g"];
    expect(describeAbandoned({ removed, failed: ["namespace x: why"] })).toEqual([
      "Removed what a killed run had left: a, b, c, d, e and 2 more",
      "A killed run has left what could not be removed: namespace x: why",
    ]);
    expect(describeAbandoned({ removed: [], failed: [] })).toEqual([]);
  });
});
