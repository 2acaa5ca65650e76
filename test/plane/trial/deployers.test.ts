import { currentControlPlane, namespaceAdmin } from "seatrial";
import { describe, expect, it } from "vitest";
import { applyGiven } from "../../../src/sharing/given-objects.ts";
import { configMap, definition, writeChart } from "../../helpers/charts/write-chart.ts";
import { findingsIn, tryChart } from "../../helpers/try-chart.ts";

const rbac = "rbac.authorization.k8s.io";
const clusterRole = `apiVersion: ${rbac}/v1
kind: ClusterRole
metadata: { name: "{{ .Release.Namespace }}-pods" }
rules: [{ apiGroups: [""], resources: [pods], verbs: [get] }]
`;
const asAdmin = { inputs: { as: namespaceAdmin() } };

describe("a trial as a namespace admin", () => {
  it("passes every step for a chart that stays in its namespace, and leaves nothing", async () => {
    const hook =
      "  annotations: { helm.sh/hook: 'pre-install,pre-upgrade', helm.sh/hook-delete-policy: hook-succeeded }\n";
    const role = `---
apiVersion: ${rbac}/v1
kind: Role
metadata: { name: reader }
rules: [{ apiGroups: [""], resources: [configmaps], verbs: [get, list, watch] }]
`;
    const chart = await writeChart({
      "templates/a.yaml": `${configMap("a")}${role}`,
      "templates/b.yaml": configMap("hook", {}, hook),
    });
    const result = await tryChart(chart, asAdmin);
    expect({ verdict: result.verdict, findings: findingsIn(result) }).toEqual({ verdict: "passed", findings: [] });
    const left = await currentControlPlane().kube.list(`${rbac}/v1`, "RoleBinding");
    expect(left.filter(({ metadata }) => metadata.name?.startsWith("seatrial"))).toEqual([]);
  });

  it("fails for a chart that needs a cluster administrator, with all rights that are missing", async () => {
    const chart = await writeChart({
      "crds/a.yaml": definition("Mast"),
      "templates/a.yaml": `${clusterRole}---\n${configMap("a")}`,
    });
    expect((await tryChart(chart)).verdict).toBe("passed");
    const result = await tryChart(chart, asAdmin);
    expect(result.verdict).toBe("failed");
    expect(findingsIn(result).filter(({ severity }) => severity === "error")).toMatchObject([
      { step: "dry-run", reason: "MissingRight", object: { kind: "CustomResourceDefinition" } },
      { step: "dry-run", reason: "MissingRight", object: { kind: "ClusterRole" } },
    ]);
  });

  it("reports other faults of objects that the deployer may not create", async () => {
    const chart = await writeChart({ "templates/a.yaml": clusterRole.replace("resources: [pods]", "resources: pods") });
    const result = await tryChart(chart, asAdmin);
    expect(findingsIn(result).map(({ reason }) => reason)).toEqual(expect.arrayContaining(["MissingRight", "Invalid"]));
  });
});

describe("a trial as a user", () => {
  it("has the rights that the given bindings give in every namespace", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    const inputs = { as: { user: "mary", groups: ["pilots"] } };
    const failed = await tryChart(chart, { inputs });
    expect(failed.verdict).toBe("failed");
    expect(findingsIn(failed).map(({ object }) => object?.kind)).toEqual(["ConfigMap", "Secret"]);
    const role = {
      apiVersion: `${rbac}/v1`,
      kind: "Role",
      metadata: { name: "pilot" },
      rules: [{ apiGroups: [""], resources: ["configmaps", "secrets"], verbs: ["*"] }],
    };
    const binding = {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata: { name: "pilot" },
      roleRef: { apiGroup: rbac, kind: "Role", name: "pilot" },
      subjects: [{ apiGroup: rbac, kind: "Group", name: "pilots" }],
    };
    const files = [role, binding].map((object) => ({ object, file: "given.yaml" }));
    await using given = await applyGiven(currentControlPlane(), files, { signal: undefined });
    const passed = await tryChart(chart, { inputs: { ...inputs, given } });
    expect({ verdict: passed.verdict, findings: findingsIn(passed) }).toEqual({ verdict: "passed", findings: [] });
  });
});
