import { stripVTControlCharacters } from "node:util";
import { currentControlPlane, installChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const random = "{{ randAlphaNum 24 }}";
const secret = (value: string) =>
  `apiVersion: v1\nkind: Secret\nmetadata: { name: login }\nstringData: { password: ${value} }\n`;
const statefulSet = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: a, image: "example.invalid/a:1" }] }
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;
const service = (more: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { selector: { app: web }, ports: [{ port: 80 }]${more} }\n`;

async function messageOf(assertion: Promise<void>): Promise<string> {
  return stripVTControlCharacters((await rejectionOf(assertion)).message);
}

describe("toBeIdempotent", () => {
  it("passes when the same upgrade changes nothing, with the options of the installation", async () => {
    const hook = configMap("hook", { a: "b" }, "  annotations: { helm.sh/hook: pre-upgrade }\n");
    const chart = await writeChart({
      "templates/a.yaml": configMap("a", { word: "{{ .Values.word }}" }),
      "templates/b.yaml": hook,
    });
    const postRenderer = (text: string) => text.replaceAll("word: one", "word: two");
    await using release = await installChart(chart, { values: { word: "one" }, noHooks: true, postRenderer });
    await expect(release).toBeIdempotent();
    expect(release.revision).toBe(2);
    expect(await release.get("ConfigMap", "a")).toMatchObject({ data: { word: "two" } });
    const message = await messageOf(expect(release).not.toBeIdempotent());
    expect(message).toContain(
      "The same upgrade again changed none of 1 objects (release demo of chart demo 0.1.0, revision 3)",
    );
    await expect(
      release.controlPlane.kube.get({
        apiVersion: "v1",
        kind: "ConfigMap",
        namespace: release.namespace,
        name: "hook",
      }),
    ).resolves.toBeUndefined();
  });

  it("fails for a Secret that each upgrade generates anew, without its value", async () => {
    await using release = await installChart(await writeChart({ "templates/a.yaml": secret(random) }));
    const first = (await release.get("Secret", "login")).data?.password ?? "";
    const message = await messageOf(expect(release).toBeIdempotent());
    expect(message).toMatch(
      /^expect\(received\)\.toBeIdempotent\(\)\n\nThe same upgrade again changed 1 object \(release demo/,
    );
    expect(message).toContain("Secret login: data.password");
    expect(message).toContain("*** → ***");
    expect(message).not.toContain(first);
    await expect(release).not.toBeIdempotent();
  });

  it("fails for a restart of Pods only when it is strict", async () => {
    const annotated = configMap("a", { a: "b" }, `  annotations: { rollme: ${random} }\n`);
    await using release = await installChart(await writeChart({ "templates/a.yaml": annotated }));
    await expect(release).toBeIdempotent();
    await expect(release).not.toBeIdempotent({ strict: true });
  });

  it("fails with the refused field when the upgrade is refused", async () => {
    const text = configMap("a", { a: "{{ .Release.Revision | quote }}" });
    await using release = await installChart(await writeChart({ "templates/a.yaml": `${text}immutable: true\n` }));
    expect(await messageOf(expect(release).toBeIdempotent())).toContain("field is immutable");
  });

  it("fails either way without objects, and after an uninstall", async () => {
    await using empty = await installChart(await writeChart({ "templates/NOTES.txt": "hello" }));
    expect(await messageOf(expect(empty).toBeIdempotent())).toContain("has no object to compare");
    expect(await messageOf(expect(empty).not.toBeIdempotent())).toContain("has no object to compare");
    await empty.uninstall();
    expect(await messageOf(expect(empty).not.toBeIdempotent())).toContain("The release was uninstalled");
  });
});

describe("toHaveNothingLeft", () => {
  it("passes for a release that takes everything with it, also with a history", async () => {
    await using release = await installChart(await writeChart({ "templates/a.yaml": configMap("a") }));
    expect(await messageOf(expect(release).not.toHaveNothingLeft())).toContain("still installed: uninstall it first");
    await release.uninstall({ keepHistory: true });
    await expect(release).toHaveNothingLeft();
    expect(await messageOf(expect(release).not.toHaveNothingLeft())).toContain("Nothing is left (release demo");
  });

  it("lists what is left with the reasons, and passes for what may be left", async () => {
    const hook = configMap("hook", { a: "b" }, "  annotations: { helm.sh/hook: pre-install }\n");
    const kept = configMap("kept", { a: "b" }, "  annotations: { helm.sh/resource-policy: keep }\n");
    const files = { "templates/a.yaml": hook, "templates/b.yaml": kept, "templates/c.yaml": statefulSet };
    await using release = await installChart(await writeChart(files), { wait: true });
    await release.uninstall();
    const message = await messageOf(expect(release).toHaveNothingLeft({ allow: ["ConfigMap/hook"] }));
    expect(message).toContain("2 objects are left, besides 1 that may be left");
    expect(message).toContain("PersistentVolumeClaim data-db-0: it still exists after the uninstall: Kubernetes keeps");
    expect(message).toContain("ConfigMap kept: it still exists after the uninstall: Helm keeps it, because of");
    await expect(release).toHaveNothingLeft({ allow: ["PersistentVolumeClaim/data-*", "ConfigMap/*"] });
  });

  it("finds objects outside the namespace", async () => {
    const name = "nothing-left-outside";
    const annotations = "annotations: { helm.sh/hook: post-install }";
    const role = `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: ${name}, ${annotations} }\nrules: []\n`;
    await using release = await installChart(await writeChart({ "templates/a.yaml": role }));
    await release.uninstall();
    const { kube } = release.controlPlane;
    const ref = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", name };
    try {
      expect(await messageOf(expect(release).toHaveNothingLeft())).toContain(`ClusterRole ${name}`);
    } finally {
      await kube.delete(ref);
    }
  });

  it("does not look at what others have in the namespace", async () => {
    const plane = currentControlPlane();
    await using namespace = await plane.namespace();
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    await using release = await installChart(chart, { namespace: namespace.name });
    await plane.kube.create({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "mine", namespace: namespace.name },
    });
    await release.uninstall();
    await expect(release).toHaveNothingLeft();
    const labels = { "app.kubernetes.io/instance": "demo" };
    await plane.kube.create({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "its", namespace: namespace.name, labels },
    });
    expect(await messageOf(expect(release).toHaveNothingLeft())).toContain("1 object is left (release demo");
  });
});

describe("toUpgradeFrom", () => {
  it("passes for an upgrade that works, and fails for one that is refused", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a", { is: "new" }) });
    const old = await writeChart({ "templates/a.yaml": configMap("a", { is: "old" }) });
    await expect(chart).toUpgradeFrom({ path: old });
    expect(await messageOf(expect(chart).not.toUpgradeFrom({ path: old }))).toContain(
      `The upgrade succeeded (${chart} from ${old}`,
    );
    const locked = await writeChart({ "templates/a.yaml": `${configMap("a", { is: "old" })}immutable: true\n` });
    const message = await messageOf(expect(chart).toUpgradeFrom({ path: locked }));
    expect(message).toContain(`The upgrade failed: 2 findings (${chart} from ${locked}, version 0.1.0)`);
    expect(message).toContain('data.is: "old" → "new"');
  });

  it("fails for a field that the upgrade leaves as the previous version has set it", async () => {
    const old = await writeChart({ "templates/a.yaml": service(", clusterIP: None") });
    const chart = await writeChart({ "templates/a.yaml": service("") });
    expect(await messageOf(expect(chart).toUpgradeFrom({ path: old }))).toContain("Service web: spec.clusterIP");
  });

  it("rejects, also negated, when the new version cannot be installed", async () => {
    const old = await writeChart({ "templates/a.yaml": configMap("a") });
    const chart = await writeChart({ "templates/a.yaml": configMap("A_") });
    expect(await rejectionOf(expect(chart).not.toUpgradeFrom({ path: old }))).toMatchObject({
      code: "SEATRIAL_REJECTED",
    });
  });
});
