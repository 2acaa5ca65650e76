import {
  type ChartError,
  currentControlPlane,
  installChart,
  type KubeObject,
  simulateWebhook,
  webhookReviews,
} from "seatrial";
import { describe, expect, it } from "vitest";
import { waitForObject } from "../../../src/kube/wait.ts";
import { webhookChart } from "../../helpers/charts/webhook-chart.ts";
import { configMap as configMapTemplate } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const { kube } = currentControlPlane();
const configMap = (namespace: string, name = "a") => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace },
});
const noEndpoints = (namespace: string) =>
  'failed calling webhook "hook.example.com": failed to call webhook: ' +
  `Post "https://hook.${namespace}.svc:443/review?timeout=5s": no endpoints available for service "hook"`;
const withoutSelector = (spec: string) => `apiVersion: v1
kind: Service
metadata: { name: hook }
spec: ${spec}
`;
const slice = (options: { isReady?: boolean; port?: string } = {}) => `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: hook-1, labels: { kubernetes.io/service-name: hook } }
addressType: IPv4
ports: [{ name: "${options.port ?? ""}", port: 8443, protocol: TCP }]
endpoints: [{ addresses: [10.0.0.1], conditions: { ready: ${options.isReady ?? true} } }]
`;
const lateObject = (name: string) => configMapTemplate(name, {}, `  annotations: { "helm.sh/hook": post-install }\n`);

async function replicas(namespace: string, count: number): Promise<void> {
  const ref = { apiVersion: "apps/v1", kind: "Deployment", name: "hook", namespace };
  await kube.patch(ref, { spec: { replicas: count } });
  const ready = ({ status }: KubeObject) => (status as { readyReplicas?: number } | undefined)?.readyReplicas ?? 0;
  await waitForObject(kube, ref, (object) => ready(object) === count, {
    timeoutMs: 20_000,
    waitingFor: "the replicas",
  });
}

describe("a webhook whose Service has no ready backend", () => {
  it.each(["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"] as const)(
    "refuses an object of the same release when it is a %s",
    async (kind) => {
      await using namespace = await currentControlPlane().namespace();
      // Of a kind that Helm creates after the configuration.
      const files = { "templates/late.yaml": podTemplate };
      const chart = await webhookChart({ kind, resources: "podtemplates", files });
      const error = await rejectionOf<ChartError>(installChart(chart, { namespace: namespace.name }));

      expect(error.findings).toMatchObject([
        {
          message: noEndpoints(namespace.name),
          reason: "InternalError",
          object: { kind: "PodTemplate", name: "late" },
          hint: expect.stringContaining("post-install hook"),
        },
      ]);
      expect(error.findings[0]?.hint).not.toMatch(/failurePolicy|Ignore/);
    },
  );

  it("lets the object pass when the failure policy is Ignore", async () => {
    const files = { "templates/late.yaml": podTemplate };
    await using release = await installChart(
      await webhookChart({ resources: "podtemplates", failurePolicy: "Ignore", files }),
    );
    expect(await release.all("PodTemplate")).toHaveLength(1);
  });

  it("admits an object that a post-install hook creates after Helm's wait", async () => {
    const chart = await webhookChart({ files: { "templates/late.yaml": lateObject("late") } });
    await using release = await installChart(chart, { wait: true });

    expect(await webhookReviews(release)).toMatchObject([{ request: { name: "late" }, response: { allowed: true } }]);
  });

  it("is answered by a spec, which replaces the backend", async () => {
    await using namespace = await currentControlPlane().namespace();
    await using hook = await simulateWebhook({ namespace: namespace.name });
    const chart = await webhookChart({ resources: "podtemplates", files: { "templates/late.yaml": podTemplate } });
    await using _release = await installChart(chart, { namespace: namespace.name });

    expect(await hook.reviews()).toMatchObject([{ answeredBy: "default", response: { allowed: true } }]);
  });

  it("refuses objects again when the backend is no longer ready", async () => {
    await using release = await installChart(await webhookChart(), { wait: true });
    const { namespace } = release;
    for (const round of ["one", "two", "three"]) {
      await replicas(namespace, 0);
      await expect(kube.create(configMap(namespace, `${round}-away`))).rejects.toThrow(noEndpoints(namespace));
      await replicas(namespace, 1);
      await kube.create(configMap(namespace, round));
    }
  });

  it("is in effect as soon as its configuration is stored", async () => {
    await using release = await installChart(await webhookChart({ files: { "templates/backend.yaml": "" } }));
    const { namespace } = release;
    const name = `${namespace}-hook`;
    const stored = await release.get("ValidatingWebhookConfiguration", name);
    const { apiVersion, kind } = stored;
    for (const round of ["one", "two", "three", "four", "five"]) {
      await kube.delete({ apiVersion, kind, name });
      await kube.create(configMap(namespace, round));
      const { annotations = {}, labels = {} } = stored.metadata;
      await kube.create({ apiVersion, kind, metadata: { name, annotations, labels }, webhooks: stored.webhooks });
      await expect(kube.create(configMap(namespace, `${round}-refused`))).rejects.toThrow("no endpoints available");
    }
  });
});

describe("a webhook for the Pods of its own backend", () => {
  const rule = { resources: "pods", operations: "CREATE" };

  it("never lets them appear, which ends the wait at once with what to do", async () => {
    const error = await rejectionOf<ChartError>(installChart(await webhookChart(rule), { wait: true, timeout: "10m" }));

    expect(error.findings).toMatchObject([
      {
        object: { kind: "Deployment", name: "hook" },
        reason: "FailedCreate",
        hint: expect.stringContaining("exclude them with its objectSelector or namespaceSelector"),
      },
    ]);
    expect(error.findings[0]?.message).toContain('no endpoints available for service "hook"');
  });

  it.each([
    { title: "its failure policy is Ignore", options: { failurePolicy: "Ignore" as const } },
    {
      title: "an object selector excludes them",
      options: {
        webhook: "    objectSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [hook] }] }\n",
      },
    },
    {
      title: "a namespace selector excludes them",
      options: { webhook: "    namespaceSelector: { matchLabels: { injected: enabled } }\n" },
    },
  ])("lets them appear when $title", async ({ options }) => {
    await using release = await installChart(await webhookChart({ ...rule, ...options }), { wait: true });
    expect((await release.get("Deployment", "hook")).status).toMatchObject({ readyReplicas: 1 });
  });
});

describe("a Service without a selector", () => {
  it.each([
    { title: "no EndpointSlice", files: {}, expected: "no endpoints available" },
    { title: "a ready EndpointSlice", files: { "templates/slice.yaml": slice() }, expected: undefined },
    {
      title: "an EndpointSlice that is not ready",
      files: { "templates/slice.yaml": slice({ isReady: false }) },
      expected: "no endpoints available",
    },
    {
      title: "an EndpointSlice of another port",
      files: { "templates/slice.yaml": slice({ port: "metrics" }) },
      expected: "no endpoints available",
    },
  ])("with $title behaves as on a cluster", async ({ files, expected }) => {
    const service = withoutSelector("{ ports: [{ port: 443 }] }");
    await using release = await installChart(
      await webhookChart({ files: { "templates/service.yaml": service, "templates/backend.yaml": "", ...files } }),
    );
    const creation = kube.create(configMap(release.namespace));
    if (expected === undefined) await expect(creation).resolves.toBeDefined();
    else await expect(creation).rejects.toThrow(expected);
  });

  it("cannot be called when it has no cluster IP", async () => {
    const service = withoutSelector("{ clusterIP: None, selector: { app: hook }, ports: [{ port: 443 }] }");
    await using release = await installChart(await webhookChart({ files: { "templates/service.yaml": service } }));
    await expect(kube.create(configMap(release.namespace))).rejects.toThrow(
      'cannot route to service with ClusterIP "None"',
    );
  });
});

describe("a Service that publishes addresses that are not ready", () => {
  const service = withoutSelector(
    "{ publishNotReadyAddresses: true, selector: { app: hook }, ports: [{ port: 443, targetPort: 8443 }] }",
  );
  const files = { "templates/service.yaml": service };

  it("is called while its Pod runs and is not ready", async () => {
    await using release = await installChart(await webhookChart({ files }), {
      simulate: { neverReady: true },
    });
    await expect
      .poll(() => kube.create(configMap(release.namespace)).then(() => "created", String), { timeout: 20_000 })
      .toBe("created");
  });

  it("refuses the connection while its container has crashed", async () => {
    await using release = await installChart(await webhookChart({ files }), {
      simulate: { crashLoop: true },
    });
    await expect
      .poll(() => kube.create(configMap(release.namespace), { dryRun: true }).catch(String), { timeout: 20_000 })
      .toMatch(/dial tcp 10\.244\.\d+\.\d+:8443: connect: connection refused/);
  });
});

const podTemplate = `apiVersion: v1
kind: PodTemplate
metadata: { name: late }
template: { metadata: {}, spec: { containers: [{ name: a, image: example/a }] } }
`;
