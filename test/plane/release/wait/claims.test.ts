import { type ClusterError, currentControlPlane, findingsOf, installChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { install } from "../../../../src/release/install-chart.ts";
import { assumedReferences } from "../../../../src/trial/assumed-references.ts";
import { configMap, writeChart } from "../../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../../helpers/rejection-of.ts";
import { once, podSpec, selecting, template } from "../../../helpers/workloads.ts";

// Far longer than a test may take: an error that comes in time did not wait for it.
const options = { wait: true, waitForJobs: true, timeout: "10m" };
const claim = (more: object = {}) =>
  template("PersistentVolumeClaim", "data", {
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...more },
  });
const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
const containers = [{ name: "app", image: "a:1", volumeMounts: [{ name: "data", mountPath: "/data" }] }];
const using = { volumes, containers };
const nightly = { spec: { schedule: "0 3 * * *", jobTemplate: once({}, using) } };
const check = { spec: podSpec({ restartPolicy: "Never", ...using }) };

describe("a claim", () => {
  it.each([
    { user: "CronJob later", files: template("CronJob", "later", nightly) },
    { user: "test hook Pod later", files: template("Pod", "later", check, { "helm.sh/hook": "test" }) },
    {
      user: "Deployment later",
      files: template("Deployment", "later", selecting("a", podSpec(using), { replicas: 0 })),
    },
  ])("that only a $user uses is bound, and a note says so", async ({ user, files }) => {
    const chart = await writeChart({ "templates/a.yaml": claim(), "templates/b.yaml": files });
    await using release = await installChart(chart, options);
    expect(await release.get("PersistentVolumeClaim", "data")).toMatchObject({ status: { phase: "Bound" } });
    expect(await assumedReferences(currentControlPlane().kube, release.namespace)).toEqual([
      `PersistentVolumeClaim "data" was bound without a Pod: only ${user} uses it, which runs later`,
    ]);
  });

  it("of a class with another provisioner could not be checked", async () => {
    const driver = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: "demo-cloud" } };
    const chart = await writeChart({
      "templates/a.yaml": JSON.stringify({ ...driver, provisioner: "ebs.csi.aws.com" }),
      "templates/b.yaml": claim({ storageClassName: "demo-cloud" }),
    });
    const error = await rejectionOf<ClusterError>(install(chart, options, { isAlone: true }));
    expect(error).toMatchObject({ code: "SEATRIAL_NOT_CHECKED", reason: "ExternalProvisioning" });
    expect(error.hint).toContain("the provisioner seatrial.dev/simulated");
  });

  it("that does not exist is the fault of the chart", async () => {
    const chart = await writeChart({
      "templates/a.yaml": template("Deployment", "web", selecting("a", podSpec(using))),
    });
    const error = await rejectionOf(installChart(chart, options));
    expect(error).toMatchObject({ code: "SEATRIAL_NOT_READY" });
    expect(findingsOf(error)?.[0]?.hint).toContain("pass the PersistentVolumeClaim data");
  });
});

describe("a Secret", () => {
  const definition = (group: string) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: certs.${group} }
spec:
  group: ${group}
  scope: Namespaced
  names: { kind: Cert, plural: certs }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`;
  const mounts = [{ name: "cert", secret: { secretName: "web-cert" } }];
  const app = [{ name: "app", image: "a:1", volumeMounts: [{ name: "cert", mountPath: "/cert" }] }];
  const web = template("Deployment", "web", selecting("web", podSpec({ volumes: mounts, containers: app })));

  it.each([
    { how: "is named in", body: { metadata: { name: "web" }, spec: { secretName: "web-cert" } } },
    { how: "has the name of", body: { metadata: { name: "web-cert" }, spec: {} } },
  ])("that $how a custom resource of the chart could not be checked", async ({ how, body }) => {
    const group = how === "is named in" ? "named.example.com" : "same.example.com";
    const chart = await writeChart({
      "crds/a.yaml": definition(group),
      "templates/a.yaml": web,
      "templates/b.yaml": JSON.stringify({ apiVersion: `${group}/v1`, kind: "Cert", ...body }),
    });
    const error = await rejectionOf<ClusterError>(install(chart, options, { isAlone: true }));
    expect(error).toMatchObject({ code: "SEATRIAL_NOT_CHECKED", reason: "FailedMount" });
    expect(error.hint).toContain(`Cert ${body.metadata.name} refers to Secret web-cert`);
  });

  it("that nothing names is the fault of the chart", async () => {
    const chart = await writeChart({ "templates/a.yaml": web, "templates/b.yaml": configMap("settings") });
    const error = await rejectionOf(install(chart, options, { isAlone: true }));
    expect(error).toMatchObject({ code: "SEATRIAL_NOT_READY", reason: "FailedMount" });
    expect(findingsOf(error)?.[0]?.hint).toContain("create it in the chart");
  });
});
