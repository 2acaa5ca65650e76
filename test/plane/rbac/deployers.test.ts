import { addUser, currentControlPlane, dryRunChart, installChart, namespaceAdmin, type SeatrialError } from "seatrial";
import { describe, expect, it, onTestFinished } from "vitest";
import { findingsOf } from "../../../src/findings/findings-of.ts";
import type { KubeObject } from "../../../src/kube/object-ref.ts";
import { toObjectRef } from "../../../src/kube/object-ref.ts";
import { waitForPolicies } from "../../../src/sharing/policies-in-effect.ts";
import { configMap, custom, definition, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const admin = "namespace-admin";
const rbac = "rbac.authorization.k8s.io/v1";
const roleRef = (kind: string, name: string) => ({ apiGroup: "rbac.authorization.k8s.io", kind, name });
const asText = (objects: object[]) => objects.map((object) => JSON.stringify(object)).join("\n---\n");

const job = (name: string, hook: string) => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name, annotations: { "helm.sh/hook": hook } },
  spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "example.invalid/a" }] } } },
});
const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "a", image: "example.invalid/a" }] },
    },
  },
};
const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "web" } };
const role = (rules: object[]) => ({ apiVersion: rbac, kind: "Role", metadata: { name: "leader" }, rules });
const bound = {
  apiVersion: rbac,
  kind: "RoleBinding",
  metadata: { name: "leads" },
  roleRef: roleRef("Role", "leader"),
  subjects: [{ kind: "ServiceAccount", name: "web", namespace: "{{ .Release.Namespace }}" }],
};
const readsConfig = { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] };
const leads = { apiGroups: ["fleet.test.example"], resources: ["leases"], verbs: ["create", "update"] };

/** From now on, only this user may change ConfigMaps in the namespace. */
async function onlyLets(user: string, namespace: string): Promise<void> {
  const plane = currentControlPlane();
  const group = "admissionregistration.k8s.io/v1";
  const metadata = { name: `only-${namespace}` };
  const resourceRules = [
    { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE", "DELETE"], resources: ["configmaps"] },
  ];
  const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": namespace } };
  const expression = `request.userInfo.username == "${user}" || object != null && object.metadata.name == "kube-root-ca.crt"`;
  const objects: KubeObject[] = [
    {
      apiVersion: group,
      kind: "ValidatingAdmissionPolicy",
      metadata,
      spec: { matchConstraints: { resourceRules, namespaceSelector }, validations: [{ expression }] },
    },
    {
      apiVersion: group,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata,
      spec: { policyName: metadata.name, validationActions: ["Deny"] },
    },
  ];
  for (const object of objects) await plane.kube.create(object);
  onTestFinished(async () => {
    for (const object of objects) await plane.kube.delete(toObjectRef(object));
    await waitForPolicies(plane, objects);
  });
  await waitForPolicies(plane, objects);
}

async function ownNamespace(): Promise<string> {
  const { name, remove } = await currentControlPlane().namespace();
  onTestFinished(remove);
  return name;
}

describe("a namespace admin", () => {
  it("installs, upgrades, tests, rolls back and uninstalls a chart", async () => {
    const namespace = await ownNamespace();
    await onlyLets(admin, namespace);
    const objects = [deployment, account, role([readsConfig]), bound, job("init", "post-install,post-upgrade")];
    const chart = await writeChart({
      "templates/a.yaml": asText([...objects, job("check", "test")]),
      "templates/b.yaml": configMap("settings", { word: "{{ .Values.word }}" }),
    });
    const values = (word: string) => ({ values: { word } });
    {
      await using release = await installChart(chart, {
        namespace,
        as: namespaceAdmin(),
        wait: true,
        ...values("one"),
      });
      await release.upgrade(values("two"));
      const settings = await release.get("ConfigMap", "settings");
      expect(settings.data).toEqual({ word: "two" });
      expect(await release.test()).toMatchObject({ passed: true });
      await release.rollback();
      await release.uninstall();
    }
    expect(await currentControlPlane().kube.list(rbac, "RoleBinding", { namespace })).toEqual([]);
  });

  it("is not the administrator, who installs a chart otherwise", async () => {
    const namespace = await ownNamespace();
    await onlyLets(admin, namespace);
    const refused = installChart(await writeChart({ "templates/b.yaml": configMap("settings") }), { namespace });
    expect((await rejectionOf<SeatrialError>(refused)).message).toContain(`only-${namespace}`);
  });

  it("lacks rights outside of its namespace, which a dry run lists for every object", async () => {
    const chart = await writeChart({
      "crds/a.yaml": definition("Anchor"),
      "templates/a.yaml": asText([
        {
          apiVersion: rbac,
          kind: "ClusterRole",
          metadata: { name: "{{ .Release.Namespace }}-pods" },
          rules: [readsConfig],
        },
        { apiVersion: "v1", kind: "Namespace", metadata: { name: "{{ .Release.Namespace }}-more" } },
        {
          apiVersion: "v1",
          kind: "ResourceQuota",
          metadata: { name: "small" },
          spec: { hard: { pods: "1" } },
        },
        account,
      ]),
      "templates/b.yaml": custom("Anchor", "bow"),
    });
    const { accepted, findings } = await dryRunChart(chart, { as: namespaceAdmin() });
    expect(accepted).toBe(false);
    const named = findings.map(({ reason, object, message }) => `${reason} ${object?.kind}: ${message}`).sort();
    expect(named).toEqual([
      `MissingRight Anchor: the user "${admin}" may not get, create, patch or delete anchors.example.com`,
      `MissingRight ClusterRole: the user "${admin}" may not get, create, patch or delete clusterroles.rbac.authorization.k8s.io`,
      `MissingRight CustomResourceDefinition: the user "${admin}" may not create or patch customresourcedefinitions.apiextensions.k8s.io`,
      `MissingRight Namespace: the user "${admin}" may not get, create, patch or delete namespaces`,
      `MissingRight ResourceQuota: the user "${admin}" may not create, patch or delete resourcequotas`,
    ]);
    expect(findings.every(({ hint, template }) => hint !== undefined && template !== undefined)).toBe(true);
    expect((await dryRunChart(chart)).findings).toEqual([]);
  });

  it("does not install a chart for which rights are missing, and hears of all of them", async () => {
    const cluster = (name: string) => ({ apiVersion: rbac, kind: "ClusterRole", metadata: { name }, rules: [] });
    const chart = await writeChart({
      "templates/a.yaml": asText([cluster("{{ .Release.Namespace }}-a"), cluster("{{ .Release.Namespace }}-b")]),
    });
    const error = await rejectionOf<SeatrialError>(installChart(chart, { as: namespaceAdmin() }));
    expect(error).toMatchObject({ code: "SEATRIAL_REJECTED", reason: "MissingRight" });
    expect(error.message.split("\n")[0]).toBe(
      `Installing ${chart} as ${admin} failed: rights are missing for 2 objects`,
    );
    expect(findingsOf(error)).toMatchObject([{ step: "install", reason: "MissingRight" }, { reason: "MissingRight" }]);
  });

  it("cannot grant what it does not have: each rule of the chart is named", async () => {
    const all = { apiGroups: ["guild.test.example"], resources: ["members"], verbs: ["*"] };
    const chart = await writeChart({
      "templates/a.yaml": asText([role([readsConfig, leads, all]), bound, account]),
    });
    const { findings } = await dryRunChart(chart, { as: namespaceAdmin() });
    expect(findings).toMatchObject([
      {
        reason: "PrivilegeEscalation",
        object: { kind: "Role", name: "leader" },
        field: "rules[1]",
        message: `the user "${admin}" may not grant what the user does not have: create and update leases.fleet.test.example`,
      },
      { reason: "PrivilegeEscalation", field: "rules[2]", message: expect.stringContaining("* members.guild") },
    ]);
    const error = await rejectionOf<SeatrialError>(installChart(chart, { as: namespaceAdmin() }));
    expect(findingsOf(error)).toMatchObject([
      { step: "install", reason: "PrivilegeEscalation", field: "rules[1]" },
      { step: "install", reason: "PrivilegeEscalation", field: "rules[2]" },
    ]);
  });

  it("works with Helm 3 as well", async () => {
    const nodes = { apiGroups: [""], resources: ["nodes"], verbs: ["get"] };
    const options = { as: namespaceAdmin(), helm: 3 } as const;
    const refused = installChart(await writeChart({ "templates/a.yaml": asText([role([nodes])]) }), options);
    expect(findingsOf(await rejectionOf<SeatrialError>(refused))).toMatchObject([
      { step: "install", reason: "PrivilegeEscalation", field: "rules[0]" },
    ]);
    const chart = await writeChart({ "templates/a.yaml": asText([role([readsConfig])]) });
    await using release = await installChart(chart, options);
    await release.upgrade();
    await release.uninstall();
  });

  it("may bind the roles that it could grant, and no others", async () => {
    const binding = (name: string) => ({ ...bound, metadata: { name }, roleRef: roleRef("ClusterRole", name) });
    const chart = await writeChart({ "templates/a.yaml": asText([binding("view"), binding("cluster-admin")]) });
    const { findings } = await dryRunChart(chart, { as: namespaceAdmin() });
    expect(findings.length).toBeGreaterThan(0);
    for (const finding of findings)
      expect(finding).toMatchObject({
        reason: "PrivilegeEscalation",
        object: { kind: "RoleBinding", name: "cluster-admin" },
        field: "roleRef",
      });
  });

  it("is the one for whom templates look up objects", async () => {
    const lookup = '{{ $found := lookup "v1" "Namespace" "" "default" }}';
    const chart = await writeChart({ "templates/a.yaml": `${lookup}${configMap("a")}` });
    await using release = await installChart(chart);
    expect(release.status).toBe("deployed");
    for (const helper of [dryRunChart, installChart]) {
      const error = await rejectionOf<SeatrialError>(helper(chart, { as: namespaceAdmin() }));
      expect(error.message).toContain(`Namespace default: the user "${admin}" may not get namespaces`);
    }
  });

  it("lacks the rights for what an upgrade adds", async () => {
    const [old, newer] = await Promise.all([
      writeChart({ "templates/a.yaml": configMap("a") }),
      writeChart({
        "templates/a.yaml": asText([
          { apiVersion: rbac, kind: "ClusterRole", metadata: { name: "{{ .Release.Namespace }}" } },
        ]),
      }),
    ]);
    await using release = await installChart(old, { as: namespaceAdmin() });
    const { findings } = await dryRunChart(newer, { upgrade: release });
    expect(findings).toMatchObject([{ reason: "MissingRight", object: { kind: "ClusterRole" } }]);
    const error = await rejectionOf<SeatrialError>(release.upgrade(newer));
    expect(findingsOf(error)).toMatchObject([
      { step: "upgrade", reason: "MissingRight", object: { kind: "ClusterRole" } },
    ]);
  });
});

describe("another deployer", () => {
  it("needs the rights on Helm's own record, too", async () => {
    const namespace = await ownNamespace();
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    const verbs = ["get", "create", "patch", "delete"];
    const { kube } = currentControlPlane();
    const metadata = { name: "leader", namespace };
    const own = role([{ apiGroups: [""], resources: ["configmaps"], verbs }]);
    await kube.create({ ...own, metadata } as KubeObject);
    const subjects = [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "sailors" }];
    await kube.create({ ...bound, metadata, subjects } as KubeObject);
    const as = { user: "jane", groups: ["sailors"] };
    const { findings } = await dryRunChart(chart, { namespace, as });
    expect(findings).toMatchObject([
      {
        reason: "MissingRight",
        object: { kind: "Secret", name: "sh.helm.release.v1.demo.v1" },
        message:
          'the user "jane" may not get, list, create, update or delete secrets, in which Helm stores the release',
      },
    ]);
    const alone = await dryRunChart(chart, { namespace, as: { user: "jane" } });
    expect(alone.findings.map(({ object }) => object?.kind)).toEqual(["ConfigMap", "Secret"]);
  });

  it("is not judged where the control plane does not let seatrial act as a user, or has no controllers", async () => {
    const namespace = await ownNamespace();
    const plane = currentControlPlane();
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    await using limited = await addUser({ name: "limited", namespace });
    const subjects = [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "limited" }];
    const metadata = { name: "limited", namespace };
    await plane.kube.create({ ...bound, metadata, subjects, roleRef: roleRef("ClusterRole", "admin") } as KubeObject);
    await expect.poll(async () => (await limited.decide({ verb: "list", resource: "pods" })).isAllowed).toBe(true);
    const asLimited = { ...plane, kube: limited.kube };
    const refused = dryRunChart(chart, { namespace, controlPlane: asLimited, as: { user: "jane", groups: ["crew"] } });
    expect(await rejectionOf<SeatrialError>(refused)).toMatchObject({
      code: "SEATRIAL_NOT_CHECKED",
      message: expect.stringContaining("The control plane does not let seatrial act as jane"),
    });
    const bare = { ...plane, capabilities: { ...plane.capabilities, controllers: false } };
    const without = dryRunChart(chart, { namespace, controlPlane: bare, as: namespaceAdmin() });
    expect(await rejectionOf<SeatrialError>(without)).toMatchObject({ code: "SEATRIAL_UNSUPPORTED" });
  });

  it("must be named, and its ClusterRole must exist", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    const unnamed = await rejectionOf<SeatrialError>(installChart(chart, { as: { user: "" } }));
    expect(unnamed).toMatchObject({ code: "SEATRIAL_USAGE" });
    const as = { user: "jane", clusterRole: "captain" };
    expect((await rejectionOf<SeatrialError>(installChart(chart, { as }))).message).toBe(
      'as: the ClusterRole "captain" does not exist',
    );
  });
});
