import { describe, expect, it } from "vitest";
import { custom, writeChart } from "../../helpers/charts/write-chart.ts";
import { findingsIn, tryChart } from "../../helpers/try-chart.ts";

const account = `apiVersion: v1
kind: ServiceAccount
metadata: { name: definer }
`;
const binding = (role: string) => `${account}---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: "{{ .Release.Namespace }}-definer" }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ${role} }
subjects: [{ kind: ServiceAccount, name: definer, namespace: "{{ .Release.Namespace }}" }]
`;
const role = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: "{{ .Release.Namespace }}-definer" }
rules: [{ apiGroups: [apiextensions.k8s.io], resources: [customresourcedefinitions], verbs: [get, create] }]
`;
const definer = `apiVersion: batch/v1
kind: Job
metadata: { name: define, annotations: { helm.sh/hook: pre-install } }
spec: { template: { spec: { restartPolicy: Never, serviceAccountName: definer, containers: [{ name: a, image: a }] } } }
`;
const resource = custom("Gate", "a");
const asHook = resource.replace("  name: a\n", "  name: a\n  annotations: { helm.sh/hook: post-install }\n");

async function tryWith(files: Record<string, string>) {
  const result = await tryChart(await writeChart(files, "missing-kinds"), { isAlone: true });
  return { ...result, errors: result.steps.flatMap(({ error }) => error ?? []) };
}

describe("a trial of a custom resource whose kind nothing serves", () => {
  it.each([
    ["a role of the chart", `${role}---\n${binding('"{{ .Release.Namespace }}-definer"')}`],
    ["cluster-admin", binding("cluster-admin")],
  ])("could not be checked when it is a hook and a container may add the kind with %s", async (_title, roles) => {
    const { verdict, errors } = await tryWith({
      "templates/a.yaml": roles,
      "templates/b.yaml": definer,
      "templates/c.yaml": asHook,
    });
    expect(verdict).toBe("errored");
    expect(errors).toMatchObject([{ code: "SEATRIAL_NOT_CHECKED" }]);
    expect(errors[0]?.message).toMatch(/^The chart needs the kind Gate of .*only containers of the chart could add/s);
    expect(errors[0]?.message).toMatch(/Hint: add `--crds PATH`/);
  });

  it("fails when it is an ordinary object, which Helm looks up before the first hook", async () => {
    const result = await tryWith({
      "templates/a.yaml": binding("cluster-admin"),
      "templates/b.yaml": definer,
      "templates/c.yaml": resource,
    });
    expect(result.verdict).toBe("failed");
    expect(findingsIn(result)).toMatchObject([{ reason: "NotFound", object: { kind: "Gate" } }]);
  });

  it("fails when no container of the chart may add the kind", async () => {
    const result = await tryWith({
      "templates/a.yaml": account,
      "templates/b.yaml": definer,
      "templates/c.yaml": asHook,
    });
    expect(result.verdict).toBe("failed");
    expect(findingsIn(result)).toMatchObject([{ reason: "NotFound", object: { kind: "Gate" } }]);
  });
});
