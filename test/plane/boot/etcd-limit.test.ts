import { type ChartError, currentControlPlane, dryRunChart, installChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const group = `l${process.pid}.example.com`;
const definition = (descriptionLength: number) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: maps.${group} }
spec:
  group: ${group}
  scope: Namespaced
  names: { kind: Map, plural: maps, singular: map, listKind: MapList }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          x-kubernetes-preserve-unknown-fields: true
          description: ${"x".repeat(descriptionLength)}
`;
const map = (length: number) => `apiVersion: ${group}/v1
kind: Map
metadata: { name: a }
spec: { data: ${"x".repeat(length)} }
`;

describe("an object that is larger than etcd's default limit", () => {
  it("is a finding with its size and what to do when it is a definition", async () => {
    const chart = await writeChart({ "crds/map.yaml": definition(1_600_000) });
    const finding = {
      message: "etcdserver: request is too large",
      object: { kind: "CustomResourceDefinition", name: `maps.${group}` },
      template: "demo/crds/map.yaml",
      hint: expect.stringMatching(
        /the object has 1,60\d,\d{3} bytes, etcd's limit of an object is 1,572,864 bytes: .*maxDescLen/,
      ),
    };
    expect(await dryRunChart(chart)).toMatchObject({ accepted: false, findings: [finding] });
    expect(await rejectionOf<ChartError>(installChart(chart))).toMatchObject({
      code: "SEATRIAL_REJECTED",
      findings: [finding],
    });
  });

  it("is accepted just below the limit", async () => {
    const chart = await writeChart({ "crds/map.yaml": definition(1_500_000) });
    await using release = await installChart(chart);
    expect(release.status).toBe("deployed");
  });

  it.each([
    { length: 1_600_000, message: "etcdserver: request is too large", limit: "1,572,864" },
    { length: 2_500_000, message: "trying to send message larger than max", limit: "1,572,864" },
    { length: 3_200_000, message: "Request entity too large: limit is 3145728", limit: "3,145,728" },
  ])("is a finding when it is an object of $length bytes", async ({ length, message, limit }) => {
    const chart = await writeChart({ "crds/map.yaml": definition(10), "templates/map.yaml": map(length) });
    const error = await rejectionOf<ChartError>(installChart(chart));

    expect(error.findings).toMatchObject([
      { message: expect.stringContaining(message), object: { kind: "Map" }, hint: expect.stringContaining(limit) },
    ]);
  });

  it("is refused and not a fault of the control plane", async () => {
    const { kube } = currentControlPlane();
    const metadata = { name: "large", namespace: "default" };
    const template = { spec: { containers: [{ name: "a", image: "example/a", args: ["x".repeat(1_600_000)] }] } };
    await expect(kube.create({ apiVersion: "v1", kind: "PodTemplate", metadata, template })).rejects.toMatchObject({
      code: "SEATRIAL_REJECTED",
    });
  });
});
