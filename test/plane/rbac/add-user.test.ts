import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { CoreV1Api } from "@kubernetes/client-node";
import { type ApiStatusError, addUser, currentControlPlane, installChart, type KubeObject } from "seatrial";
import { describe, expect, it, onTestFinished } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { kubectlAs } from "../../helpers/kubectl.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const group = "rbac.authorization.k8s.io";

/** A namespace in which the members of a group have a ClusterRole. */
async function namespaceFor(groupName: string, clusterRole: string): Promise<string> {
  const { kube, namespace } = currentControlPlane();
  const { name, remove } = await namespace();
  onTestFinished(remove);
  await kube.create({
    apiVersion: `${group}/v1`,
    kind: "RoleBinding",
    metadata: { name: "members", namespace: name },
    roleRef: { apiGroup: group, kind: "ClusterRole", name: clusterRole },
    subjects: [{ apiGroup: group, kind: "Group", name: groupName }],
  } as KubeObject);
  return name;
}

describe("addUser", () => {
  it("adds a user whom the API server knows with its groups, and who may do what bindings say", async () => {
    const namespace = await namespaceFor("crew-a", "view");
    await using jane = await addUser({ name: "jane", groups: ["crew-a"], namespace });
    const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview", metadata: {} };
    const { object } = await jane.kube.create(review);
    expect(object.status).toMatchObject({
      userInfo: { username: "jane", groups: ["crew-a", "system:authenticated"] },
    });
    await expect.poll(async () => (await jane.decide({ verb: "list", resource: "pods" })).isAllowed).toBe(true);
    await expect(jane).toBeAllowed({ verb: "list", resource: "pods" });
    await expect(jane).not.toBeAllowed({ verb: "create", resource: "pods" });
    await expect(jane).not.toBeAllowed({ verb: "list", resource: "secrets" });
    expect((await jane.rules()).length).toBeGreaterThan(0);
    expect((await jane.rules()).every((rule) => rule.namespace === namespace)).toBe(true);
    const typed = jane.kube.api(CoreV1Api);
    expect((await typed.listNamespacedPod({ namespace })).items).toEqual([]);
    await expect(typed.listNamespacedSecret({ namespace })).rejects.toMatchObject({ code: 403 });
  });

  it("writes a kubeconfig of its own for other programs, and removes it", async () => {
    const namespace = await namespaceFor("crew-b", "admin");
    const user = await addUser({ name: "joe", groups: ["crew-b"], namespace });
    expect((await stat(dirname(user.kubeconfigPath))).mode & 0o777).toBe(0o700);
    expect((await stat(user.kubeconfigPath)).mode & 0o777).toBe(0o600);
    const text = await user.kubeconfig();
    expect(text).not.toContain("token");
    expect(text).not.toContain("as:");
    const { stdout } = await kubectlAs(user.kubeconfigPath, "auth", "whoami", "-o", "json");
    expect(JSON.parse(stdout).status.userInfo).toMatchObject({ username: "joe" });
    const refused = await kubectlAs(user.kubeconfigPath, "get", "nodes");
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('User "joe" cannot list resource') });
    await user.remove();
    await user.remove();
    expect(await rejectionOf<NodeJS.ErrnoException>(stat(dirname(user.kubeconfigPath)))).toMatchObject({
      code: "ENOENT",
    });
  });

  it("adds a user who installs a chart", async () => {
    const namespace = await namespaceFor("crew-c", "edit");
    await using user = await addUser({ name: "ann", groups: ["crew-c"], namespace });
    await using release = await installChart(await writeChart({ "templates/a.yaml": configMap("a") }), {
      namespace,
      as: user,
    });
    expect(release.status).toBe("deployed");
    await release.uninstall();
  });

  it("gives no rights by itself", async () => {
    await using user = await addUser({ name: "eve" });
    const error = await rejectionOf<ApiStatusError>(user.kube.list("v1", "Pod", { namespace: "default" }));
    expect(error).toMatchObject({ statusCode: 403, status: { reason: "Forbidden" } });
    expect(await user.rules()).toEqual([]);
  });

  it("rejects a user without a name, and unknown options", async () => {
    expect((await rejectionOf<Error>(addUser({ name: "" }))).message).toContain("there must be a name");
    const wrong = { name: "a", group: ["b"] } as unknown as { name: string };
    expect((await rejectionOf<Error>(addUser(wrong))).message).toContain('unknown option "group"');
  });
});
