import { currentControlPlane, findingsOf, installChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { configMap, definition, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const bad = "apiVersion: v1\nkind: Service\nmetadata: { name: bad }\nspec: { ports: [{ port: 99999 }] }\n";
const job = (name: string, event: string, spec: string) => `apiVersion: batch/v1
kind: Job
metadata: { name: ${name}, annotations: { helm.sh/hook: ${event} } }
spec:
  backoffLimit: 0
  template: { spec: { restartPolicy: Never, ${spec} } }
`;
const account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: cleaner }\n";
const containers = 'containers: [{ name: a, image: "example.invalid/a:1" }]';

describe("a release", () => {
  it("is failed, with its new revision, after a failed upgrade and a failed rollback", async () => {
    await using release = await installChart(await writeChart({ "templates/a.yaml": configMap("a", { a: "b" }) }));
    await rejectionOf(release.upgrade(await writeChart({ "templates/a.yaml": bad })));
    expect(release).toMatchObject({ status: "failed", revision: 2 });
    await release.upgrade(await writeChart({ "templates/a.yaml": configMap("a", { a: "c" }) }));
    expect(release).toMatchObject({ status: "deployed", revision: 3 });
    await rejectionOf(release.rollback(2));
    expect(release).toMatchObject({ status: "failed", revision: 4 });
    const statuses = (await release.history()).map(({ status }) => status);
    expect(statuses).toEqual(["superseded", "failed", "superseded", "failed"]);
  });

  it("is deployed again, with the revision of the rollback, after an upgrade that was rolled back", async () => {
    await using release = await installChart(await writeChart({ "templates/a.yaml": configMap("a", { a: "b" }) }));
    await rejectionOf(release.upgrade(await writeChart({ "templates/a.yaml": bad }), { rollbackOnFailure: true }));
    expect(release).toMatchObject({ status: "deployed", revision: 3 });
  });

  it("keeps its revision when an upgrade fails before Helm records it", async () => {
    await using release = await installChart(await writeChart({ "templates/a.yaml": configMap("a", { a: "b" }) }));
    await rejectionOf(release.upgrade(await writeChart({ "templates/a.yaml": "{{ fail `no` }}" })));
    expect(release).toMatchObject({ status: "deployed", revision: 1 });
  });

  it("fails at once to uninstall when a post-delete hook needs the ServiceAccount that Helm has deleted", async () => {
    const { kube } = currentControlPlane();
    const hook = job("clean", "post-delete", `serviceAccountName: cleaner, ${containers}`);
    const chart = await writeChart({ "templates/a.yaml": `${account}---\n${hook}` });
    let namespace: string;
    {
      await using release = await installChart(chart);
      namespace = release.namespace;
      const error = await rejectionOf(release.uninstall({ timeout: "10m" }));
      expect(error).toMatchObject({ code: "SEATRIAL_HOOK" });
      expect(findingsOf(error)).toMatchObject([
        {
          step: "uninstall",
          object: { kind: "Job", name: "clean" },
          template: "demo/templates/a.yaml",
          message: expect.stringMatching(/post-delete hook: .*serviceaccount "cleaner" not found/),
          hint: expect.stringMatching(/^Helm deletes the ServiceAccount "cleaner" before .*post-delete/),
        },
      ]);
      expect(release.status).toBe("uninstalled");
    }
    expect(await kube.get({ apiVersion: "v1", kind: "Namespace", name: namespace })).toBeUndefined();
  });

  it("fails to uninstall when the API server refuses the Pod of a post-delete hook, with what to do", async () => {
    const pod = `apiVersion: v1
kind: Pod
metadata: { name: clean, annotations: { helm.sh/hook: post-delete } }
spec: { serviceAccountName: cleaner, restartPolicy: Never, ${containers} }
`;
    await using release = await installChart(await writeChart({ "templates/a.yaml": `${account}---\n${pod}` }));
    expect(findingsOf(await rejectionOf(release.uninstall()))).toMatchObject([
      {
        object: { kind: "Pod", name: "clean" },
        message: expect.stringContaining('serviceaccount "cleaner" not found'),
        hint: expect.stringMatching(/^Helm deletes the ServiceAccount "cleaner" before/),
      },
    ]);
  });

  it("names a post-delete hook that fails, and its cause", async () => {
    const hook = job("clean", "post-delete", containers);
    await using release = await installChart(
      await writeChart({ "templates/a.yaml": `${configMap("a", { a: "b" })}---\n${hook}` }),
      { simulate: [{ job: "clean", exitCode: 3 }] },
    );
    const error = await rejectionOf(release.uninstall({ timeout: "10m" }));
    expect(error).toMatchObject({ code: "SEATRIAL_HOOK" });
    expect(findingsOf(error)).toMatchObject([{ object: { kind: "Job", name: "clean" } }]);
    expect((error as Error).message).toMatch(/container a exited with 3/);
  });

  it("leaves nothing of crds/ that could act on others when it is uninstalled", async () => {
    const { kube } = currentControlPlane();
    const policy = {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicy",
      name: "outliving",
    };
    const rules = "{ apiGroups: [example.com], apiVersions: [v1], operations: [CREATE], resources: [outlivings] }";
    const template = `apiVersion: ${policy.apiVersion}
kind: ${policy.kind}
metadata: { name: ${policy.name} }
spec:
  matchConstraints: { resourceRules: [${rules}] }
  validations: [{ expression: "true" }]
`;
    const chart = await writeChart({
      "crds/all.yaml": [definition("Outliving"), template, configMap("of-crds", { a: "b" })].join("---\n"),
      "templates/a.yaml": configMap("a", { a: "b" }),
    });
    const release = await installChart(chart);
    const ofCrds = { apiVersion: "v1", kind: "ConfigMap", namespace: release.namespace, name: "of-crds" };
    expect(await kube.get(policy)).toBeDefined();
    expect(await kube.get(ofCrds)).toBeDefined();
    await release.uninstall();
    expect(await kube.get(policy)).toBeUndefined();
    expect(await kube.get(ofCrds)).toBeUndefined();
    await release[Symbol.asyncDispose]();
    const crd = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
    expect(await kube.get({ ...crd, name: "outlivings.example.com" })).toBeUndefined();
  });
});
