import { currentControlPlane, tryInstall } from "seatrial";
import { describe, expect, it } from "vitest";
import { configMap, custom, definition, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";
import { storeSnapshot } from "../../helpers/store-snapshot.ts";

const deployment = (command: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: a, image: "example.invalid/a:1"${command} }] }
`;
const role = (name: string, more = "") =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: ${name}${more} }\nrules: []\n`;
const job = (script: string) => `apiVersion: batch/v1
kind: Job
metadata: { name: migrate, annotations: { helm.sh/hook: post-install } }
spec: { backoffLimit: 0, template: { spec: { restartPolicy: Never, containers: [{ name: a, image: "busybox:1", command: [sh, -c, "${script}"] }] } } }
`;

// Objects outside of namespaces, and namespaces of this chart, that other test files cannot have.
async function leftovers(marks: string[]): Promise<string[]> {
  const names = (await storeSnapshot(currentControlPlane())).map((line) => line.replace(/ \d+$/, ""));
  return names.filter((line) => marks.some((mark) => line.includes(mark)));
}

describe("tryInstall", () => {
  it("resolves with what was stored once all was ready, and puts everything back", async () => {
    const chart = await writeChart(
      {
        "crds/a.yaml": definition("TriedThing"),
        "templates/a.yaml": deployment(""),
        "templates/b.yaml": custom("TriedThing", "thing"),
        "templates/c.yaml": role("tried-role"),
        "templates/d.yaml": role("tried-hook", ", annotations: { helm.sh/hook: pre-install }"),
        "templates/e.yaml": configMap("kept", { a: "b" }, "  annotations: { helm.sh/resource-policy: keep }\n"),
        "templates/f.yaml": job("exit 0"),
        "templates/NOTES.txt": "hello",
      },
      "tried",
    );
    const result = await tryInstall(chart);
    expect(result).toBeAccepted();
    expect(result).toMatchObject({
      operation: "install",
      releaseName: "tried",
      notes: "hello",
      findings: [],
      pruned: [],
    });
    expect(result.get("Deployment", "web").status).toMatchObject({ readyReplicas: 2 });
    expect(result.get("TriedThing", "thing")).toMatchObject({ spec: { size: 1 } });
    expect(await leftovers(["tried", "TriedThing"])).toEqual([]);
  });

  it("resolves with the errors of a chart that cannot be installed, and leaves nothing of it", async () => {
    const chart = await writeChart(
      {
        "crds/a.yaml": definition("FailedThing"),
        "templates/a.yaml": configMap("a"),
        "templates/c.yaml": role("failed-try-role"),
        "templates/d.yaml": role("failed-try-hook", ", annotations: { helm.sh/hook: pre-install }"),
        "templates/f.yaml": job("exit 3"),
      },
      "failed-try",
    );
    const result = await tryInstall(chart);
    expect(result).toBeRejected({ kind: "Job", name: "migrate" });
    expect(result.objects).toEqual([]);
    expect(await leftovers(["failed-try", "FailedThing", "failedthings"])).toEqual([]);
  });

  it("waits for the objects by default, and resolves with the ones that cannot become ready", async () => {
    const never = ', readinessProbe: { exec: { command: ["false"] } }';
    const result = await tryInstall(await writeChart({ "templates/a.yaml": deployment(never) }), { timeout: "5s" });
    expect(result.accepted).toBe(false);
    expect(result.findings).toMatchObject([{ object: { kind: "Deployment", name: "web" } }]);
    const unready = await tryInstall(await writeChart({ "templates/a.yaml": deployment(never) }), { wait: false });
    expect(unready).toBeAccepted();
  });

  it("leaves what existed in a given namespace, and frees objects with finalizers", async () => {
    const plane = currentControlPlane();
    await using namespace = await plane.namespace();
    const mine = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "mine", namespace: namespace.name } };
    await plane.kube.create(mine);
    const stuck = configMap("stuck", { a: "b" }, "  finalizers: [example.com/stays]\n");
    const chart = await writeChart({ "templates/a.yaml": stuck });
    expect(await tryInstall(chart, { namespace: namespace.name })).toBeAccepted();
    expect(await tryInstall(chart)).toBeAccepted();
    const left = await plane.kube.list("v1", "ConfigMap", { namespace: namespace.name });
    expect(left.map(({ metadata }) => metadata.name).sort()).toEqual(["kube-root-ca.crt", "mine"]);
  });

  it("rejects for a chart that cannot be rendered", async () => {
    const chart = await writeChart({ "templates/a.yaml": '{{ fail "no" }}' });
    expect(await rejectionOf(tryInstall(chart))).toMatchObject({ code: "SEATRIAL_TEMPLATE" });
  });
});
