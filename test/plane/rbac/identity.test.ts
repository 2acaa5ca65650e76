import { CoreV1Api } from "@kubernetes/client-node";
import { type ApiStatusError, installChart, type SeatrialError } from "seatrial";
import { describe, expect, it } from "vitest";
import { writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const account = (name: string) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name } });
const bind = (kind: "Role" | "ClusterRole", name: string, rules: object[], scope: "Namespace" | "Cluster") => {
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind, name };
  const subjects = [{ kind: "ServiceAccount", name: "web", namespace: "{{ .Release.Namespace }}" }];
  const binding = scope === "Cluster" ? "ClusterRoleBinding" : "RoleBinding";
  return [
    { apiVersion, kind, metadata: { name }, rules },
    { apiVersion, kind: binding, metadata: { name }, roleRef, subjects },
  ];
};
const readsSecrets = { apiGroups: [""], resources: ["secrets"], resourceNames: ["tls"], verbs: ["get"] };
const readsPods = { apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["watch", "list", "get"] };

const chartWith = (objects: object[]) =>
  writeChart({ "templates/rbac.yaml": objects.map((object) => JSON.stringify(object)).join("\n---\n") });

const install = async () => {
  const role = bind("Role", "web", [readsSecrets], "Namespace");
  const clusterRole = bind("ClusterRole", "pods-{{ .Release.Namespace }}", [readsPods], "Cluster");
  return installChart(await chartWith([account("web"), account("bare"), ...role, ...clusterRole]));
};

describe("release.as", () => {
  it("asserts what a ServiceAccount is allowed to do, by the live authorizer", async () => {
    await using release = await install();
    const web = await release.as("web");
    await expect(web).toBeAllowed({ verb: "get", resource: "secrets", name: "tls" });
    await expect(web).not.toBeAllowed({ verb: "get", resource: "secrets", name: "other" });
    await expect(web).not.toBeAllowed({ verb: "list", resource: "secrets" });
    await expect(web).toBeAllowed({ verb: "get", resource: "pods/log", namespace: "*" });
    await expect(web).not.toBeAllowed({ verb: "create", resource: "pods/exec" });
    await expect(web).not.toBeAllowed({ verb: "patch", resource: "deployments.apps/scale" });
    await expect(web).not.toBeAllowed({ verb: "escalate", resource: "clusterroles" });
    await expect(web).not.toBeAllowed({ verb: "impersonate", resource: "users" });
    await expect(web).not.toBeAllowed({ verb: "*", resource: "*" });
    await expect(web).toBeAllowed({ verb: "get", path: "/healthz" });
    await expect(web).not.toBeAllowed({ verb: "get", path: "/metrics" });
  });

  it("sends requests as the ServiceAccount, also with the typed clients", async () => {
    await using release = await install();
    const { kube } = await release.as("web");
    const { namespace } = release;
    expect(await kube.list("v1", "Pod", { namespace })).toEqual([]);
    const refused = await rejectionOf<ApiStatusError>(kube.list("v1", "Secret", { namespace }));
    expect(refused).toMatchObject({ statusCode: 403, status: { reason: "Forbidden" } });
    expect(refused.message).toContain(`User "system:serviceaccount:${namespace}:web" cannot list resource "secrets"`);
    const typed = kube.api(CoreV1Api);
    expect((await typed.listNamespacedPod({ namespace })).items).toEqual([]);
    await expect(typed.listNamespacedSecret({ namespace })).rejects.toMatchObject({ code: 403 });
  });

  it("lists the rules that bindings give a ServiceAccount, in a stable order", async () => {
    await using release = await install();
    const { namespace } = release;
    expect(await (await release.as("web")).rules()).toEqual([
      { namespace: "*", apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list", "watch"] },
      { namespace, apiGroups: [""], resources: ["secrets"], resourceNames: ["tls"], verbs: ["get"] },
    ]);
    expect(await (await release.as("bare")).rules()).toEqual([]);
    expect(await (await release.as("kube-system/default")).rules()).toEqual([]);
  });

  it("shows the rules of the ServiceAccount when an assertion fails", async () => {
    await using release = await install();
    const web = await release.as("web");
    const { namespace } = release;
    const missing = await rejectionOf<Error>(expect(web).toBeAllowed({ verb: "list", resource: "secrets" }));
    expect(missing.message).toContain(
      `system:serviceaccount:${namespace}:web is not allowed to list secrets in namespace ${namespace}
  it is allowed to
  get, list, watch: pods, pods/log of core (all namespaces)
  get: secrets tls of core (${namespace})`,
    );
    const granted = await rejectionOf<Error>(expect(web).not.toBeAllowed({ verb: "list", resource: "pods" }));
    expect(granted.message).toContain(`is allowed to list pods in namespace ${namespace}`);
    expect(granted.message).toContain("ClusterRoleBinding");
    const bare = await rejectionOf<Error>(
      expect(await release.as("bare")).toBeAllowed({ verb: "list", resource: "pods" }),
    );
    expect(bare.message).toContain("no binding of a Role or ClusterRole names it");
  });

  it.each([
    [{ verb: "get", resource: "secret" }, 'the API server serves no resource "secret"', 'use "secrets"'],
    [{ verb: "get", resource: "deployments.extensions" }, "serves no resource", undefined],
    [{ verb: "lists", resource: "secrets" }, 'the verb "lists" does not exist for secrets', 'use "list"'],
    [{ verb: "get", resource: "pods/exce" }, 'pods have no subresource "exce"', undefined],
    [{ verb: "read", path: "/metrics" }, 'the verb "read" does not exist for /metrics', undefined],
    [{ verb: "get" }, "either a resource or a path must be given", undefined],
  ])(
    "rejects %j also under not, because nobody is allowed to do what does not exist",
    async (access, message, hint) => {
      await using release = await install();
      const assertion = expect(await release.as("web")).not.toBeAllowed(access);
      const error = await rejectionOf<SeatrialError>(assertion);
      expect(error).toMatchObject({ code: "SEATRIAL_USAGE", message: expect.stringContaining(message) });
      if (hint !== undefined) expect(error.hint).toBe(hint);
    },
  );

  it("rejects the name of a ServiceAccount that does not exist", async () => {
    await using release = await install();
    const error = await rejectionOf<SeatrialError>(release.as("wbe"));
    expect(error).toMatchObject({ code: "SEATRIAL_USAGE", hint: 'use "web"' });
    expect(error.message).toBe(
      `The namespace ${release.namespace} has no ServiceAccount "wbe"; it has bare, default, web\nHint: use "web"`,
    );
  });
});
