import { currentControlPlane, installChart, type KubeObject, simulateWebhook, webhookReviews } from "seatrial";
import { describe, expect, it } from "vitest";
import { webhookBackend } from "../../helpers/charts/webhook-chart.ts";
import { writeChart } from "../../helpers/charts/write-chart.ts";

const { kube } = currentControlPlane();
let count = 0;

// Names of definitions are everybody's: each test has its own.
async function convertedChart(
  options: { service?: string; backend?: string } = {},
): Promise<{ chart: string; group: string; crd: string }> {
  const group = `c${process.pid}x${count++}.example.com`;
  const version = (name: string, isStored: boolean) => `    - name: ${name}
      served: true
      storage: ${isStored}
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`;
  const chart = await writeChart({
    "templates/service.yaml": `apiVersion: v1
kind: Service
metadata: { name: hook }
spec: { selector: { app: hook }, ports: [{ port: 443 }] }
`,
    "templates/backend.yaml": options.backend ?? webhookBackend,
    "templates/crd.yaml": `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: sizes.${group} }
spec:
  group: ${group}
  scope: Namespaced
  names: { kind: Size, plural: sizes, singular: size, listKind: SizeList }
  conversion:
    strategy: Webhook
    webhook:
      conversionReviewVersions: [v1]
      clientConfig: { service: { name: ${options.service ?? "hook"}, namespace: {{ .Release.Namespace }}, path: /convert } }
  versions:
${version("v1", true)}${version("v2", false)}`,
  });
  return { chart, group, crd: `sizes.${group}` };
}

const size = (group: string, namespace: string): KubeObject => ({
  apiVersion: `${group}/v1`,
  kind: "Size",
  metadata: { name: "a", namespace },
  spec: { width: 3 },
});
const read = (group: string, namespace: string) =>
  kube.get({ apiVersion: `${group}/v2`, kind: "Size", name: "a", namespace });

describe("a conversion webhook whose backend is a Service", () => {
  it("changes only the apiVersion, and records the reviews", async () => {
    const { chart, group, crd } = await convertedChart();
    await using release = await installChart(chart, { wait: true });
    await kube.apply(size(group, release.namespace));

    expect(await read(group, release.namespace)).toMatchObject({ apiVersion: `${group}/v2`, spec: { width: 3 } });
    expect(await webhookReviews(release, { name: crd })).toContainEqual(
      expect.objectContaining({
        type: "conversion",
        configuration: crd,
        answeredBy: "default",
        request: expect.objectContaining({ desiredAPIVersion: `${group}/v2` }),
        response: { convertedObjects: [expect.objectContaining({ apiVersion: `${group}/v2` })] },
      }),
    );
  });

  it("converts only the objects of its own release with the function of a spec", async () => {
    const { chart, group, crd } = await convertedChart();
    await using release = await installChart(chart, { wait: true });
    await using other = await currentControlPlane().namespace();
    await using hook = await simulateWebhook(release, {
      name: crd,
      convert: ({ objects, desiredAPIVersion }) =>
        objects.map((object) => ({ ...object, apiVersion: desiredAPIVersion, spec: { size: "3cm" } })),
    });
    await kube.apply(size(group, release.namespace));
    await kube.apply(size(group, other.name));

    expect((await read(group, release.namespace))?.spec).toEqual({ size: "3cm" });
    expect((await read(group, other.name))?.spec).toEqual({ width: 3 });
    const both = await kube.list(`${group}/v2`, "Size");
    expect(both.map(({ metadata, spec }) => [metadata.namespace, spec]).sort()).toEqual(
      [
        [release.namespace, { size: "3cm" }],
        [other.name, { width: 3 }],
      ].sort(),
    );
    expect((await hook.reviews())[0]).toMatchObject({ answeredBy: "handler" });
  });

  it("fails with the message of a rejection, and with the error of the spec's function", async () => {
    const { chart, group, crd } = await convertedChart();
    await using release = await installChart(chart, { wait: true });
    await kube.apply(size(group, release.namespace));
    {
      await using _hook = await simulateWebhook(release, { name: crd, deny: "no way back" });
      await expect(read(group, release.namespace)).rejects.toThrow("no way back");
    }
    await using _hook = await simulateWebhook(release, {
      name: crd,
      convert: () => Promise.reject(new Error("lost the table")),
    });
    await expect(read(group, release.namespace)).rejects.toThrow(
      `the spec's handler of webhook "${crd}" failed: lost the table`,
    );
  });

  it("fails when the Service does not exist", async () => {
    const { chart, group } = await convertedChart({ service: "absent" });
    await using release = await installChart(chart);
    await kube.apply(size(group, release.namespace));

    await expect(read(group, release.namespace)).rejects.toThrow('service "absent" not found');
  });

  it("fails while no Pod of the Service is ready, unless the spec converts", async () => {
    const { chart, group, crd } = await convertedChart({ backend: "" });
    await using release = await installChart(chart);
    await kube.apply(size(group, release.namespace));

    await expect(read(group, release.namespace)).rejects.toThrow(
      `conversion webhook for ${group}/v1, Kind=Size failed: Post "https://hook.${release.namespace}.svc:443/convert?timeout=30s": no endpoints available for service "hook"`,
    );
    await using _hook = await simulateWebhook(release, { name: crd });
    expect(await read(group, release.namespace)).toMatchObject({ spec: { width: 3 } });
  });
});
