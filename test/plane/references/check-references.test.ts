import { currentControlPlane, dryRunChart, installChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { manifestOf, object, service, workload } from "../../helpers/dangling-in.ts";
import { findingsIn, tryChart } from "../../helpers/try-chart.ts";

const ingress = (name: string) =>
  object("networking.k8s.io/v1", "Ingress", "pier", {
    spec: { defaultBackend: { service: { name, port: { number: 80 } } } },
  });
const autoscaler = (name: string) =>
  object("autoscaling/v2", "HorizontalPodAutoscaler", "pier", {
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name }, maxReplicas: 3 },
  });
const chartOf = (...objects: object[]) => writeChart({ "templates/all.yaml": manifestOf(...objects) }, "pier");

describe("dryRunChart", () => {
  it("reports references that lead nowhere with object, field, template and hint", async () => {
    const broken = service("pier", { selector: { app: "peer" } });
    const chart = await chartOf(workload("pier"), broken, ingress("pier-web"), autoscaler("pier-server"));
    const { accepted, findings, warnings, rejected } = await dryRunChart(chart);
    expect(accepted).toBe(false);
    expect(rejected).toBe(3);
    expect(warnings).toEqual([]);
    const template = "pier/templates/all.yaml";
    expect(findings).toEqual([
      {
        severity: "error",
        step: "dry-run",
        message: "no Pod has the labels that it selects: app=peer",
        reason: "SelectsNoPods",
        field: "spec.selector",
        object: { apiVersion: "v1", kind: "Service", name: "pier" },
        template,
        hint: "use the labels of the Pods of Deployment pier, which have app=pier",
      },
      {
        severity: "error",
        step: "dry-run",
        message: 'Service "pier-web" does not exist: neither the chart nor the cluster has it',
        reason: "NoSuchService",
        field: "spec.defaultBackend.service.name",
        object: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name: "pier" },
        template,
        hint: 'did you mean "pier"?',
      },
      {
        severity: "error",
        step: "dry-run",
        message: 'Deployment "pier-server" does not exist: neither the chart nor the cluster has it',
        reason: "NoSuchTarget",
        field: "spec.scaleTargetRef.name",
        object: { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", name: "pier" },
        template,
        hint: 'did you mean "pier"?',
      },
    ]);
  });

  it("finds what exists in the namespace, and the port of it", async () => {
    const plane = currentControlPlane();
    await using namespace = await plane.namespace();
    const other = service("oauth2-proxy");
    await plane.kube.create({ ...other, metadata: { ...other.metadata, namespace: namespace.name } });
    const chart = await chartOf(workload("pier"), service("pier"), ingress("oauth2-proxy"));
    const found = await dryRunChart(chart, { namespace: namespace.name });
    expect([...found.findings, ...found.warnings]).toEqual([]);
    const elsewhere = await dryRunChart(chart);
    expect(elsewhere.findings).toEqual([]);
    expect(elsewhere.warnings).toMatchObject([{ reason: "NoSuchService", severity: "warning" }]);
  });

  it("does not blame the chart for a name from the values, and finds the cluster's own roles", async () => {
    const binding = object("rbac.authorization.k8s.io/v1", "RoleBinding", "pier", {
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
      subjects: [{ kind: "ServiceAccount", name: "default", namespace: "default" }],
    });
    const text = manifestOf(workload("pier"), service("pier"), binding, ingress("NAME")).replace(
      "NAME",
      "{{ .Values.backend }}",
    );
    const chart = await writeChart({ "templates/all.yaml": text, "values.yaml": "backend: pier\n" }, "pier");
    expect(await dryRunChart(chart)).toMatchObject({ findings: [], warnings: [] });
    expect(await dryRunChart(chart, { values: { backend: "pier-legacy" } })).toMatchObject({
      accepted: true,
      findings: [],
      warnings: [{ reason: "NoSuchService", severity: "warning" }],
    });
  });

  it("finds nothing in what the installed release has and the upgrade deletes", async () => {
    await using namespace = await currentControlPlane().namespace();
    const target = { namespace: namespace.name, releaseName: "pier" };
    const before = await chartOf(workload("pier"), service("pier"), service("pier-web"), ingress("pier-web"));
    await using _release = await installChart(before, { ...target, wait: false });
    const after = await chartOf(workload("pier"), service("pier"), ingress("pier-web"));
    const result = await dryRunChart(after, target);
    expect(result.operation).toBe("upgrade");
    expect(result.findings).toMatchObject([{ reason: "NoSuchService" }]);
  });

  it("takes hooks into account, also when it leaves them out", async () => {
    const hook = {
      ...service("pier-hook"),
      metadata: { name: "pier-hook", annotations: { "helm.sh/hook": "pre-install" } },
    };
    const chart = await chartOf(workload("pier"), hook, ingress("pier-hook"));
    for (const noHooks of [false, true]) {
      expect(await dryRunChart(chart, { noHooks })).toMatchObject({ findings: [], warnings: [] });
    }
  });
});

describe("a trial", () => {
  it("fails for a probe and a Service with the name of a port that no container has, and reports each fault once", async () => {
    const container = {
      livenessProbe: { httpGet: { path: "/", port: "http" } },
      readinessProbe: { httpGet: { path: "/", port: "http" } },
    };
    const chart = await chartOf(
      workload("pier", { container }),
      service("pier", { ports: [{ port: 80, targetPort: "http" }] }),
    );
    const result = await tryChart(chart);
    expect(result.verdict).toBe("failed");
    expect(findingsIn(result)).toMatchObject([
      { reason: "NoSuchPort", object: { kind: "Service" }, field: "spec.ports[0].targetPort" },
      {
        reason: "NoSuchPort",
        object: { kind: "Deployment" },
        field: "spec.template.spec.containers[0].livenessProbe.httpGet.port",
        notes: ["also spec.template.spec.containers[0].readinessProbe.httpGet.port"],
      },
    ]);
  });

  it("passes with a warning for a backend of another chart", async () => {
    const result = await tryChart(await chartOf(workload("pier"), service("pier"), ingress("oauth2-proxy")));
    expect(result.verdict).toBe("passed");
    expect(findingsIn(result)).toMatchObject([{ severity: "warning", reason: "NoSuchService" }]);
  });

  it("passes for the same chart when all references are right", async () => {
    const chart = await writeChart(
      {
        "templates/all.yaml": manifestOf(workload("pier"), service("pier"), ingress("pier")),
        "templates/a.yaml": configMap("a"),
      },
      "pier",
    );
    const result = await tryChart(chart);
    expect(findingsIn(result)).toEqual([]);
    expect(result.verdict).toBe("passed");
  });
});
