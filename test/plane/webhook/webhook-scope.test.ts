import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { currentControlPlane, installChart, simulateWebhook, webhookReviews } from "seatrial";
import { describe, expect, it, onTestFinished } from "vitest";
import { webhookChart } from "../../helpers/charts/webhook-chart.ts";

const { kube } = currentControlPlane();
const configMap = (namespace: string, name = "a") => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace },
});
const role = (name: string, namespace?: string) => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: {
    name,
    ...(namespace === undefined ? {} : { annotations: { "meta.helm.sh/release-namespace": namespace } }),
  },
});

describe("a webhook configuration for every namespace", () => {
  it("denies and records no objects of another release", async () => {
    const chart = await webhookChart();
    await using one = await installChart(chart);
    await using other = await installChart(chart, { wait: true });
    await using hook = await simulateWebhook(one, { deny: "mine" });

    await kube.create(configMap(other.namespace));
    await expect(kube.create(configMap(one.namespace))).rejects.toThrow("denied the request: mine");
    expect((await hook.reviews()).map(({ request }) => "namespace" in request && request.namespace)).toEqual([
      one.namespace,
    ]);
    expect(await webhookReviews(other)).toMatchObject([
      { answeredBy: "default", configuration: `${other.namespace}-hook` },
    ]);
  });

  it("calls only the handler of its own release, whatever the names of the webhooks", async () => {
    const chart = await webhookChart();
    await using one = await installChart(chart);
    await using other = await installChart(chart);
    const name = "hook.example.com";
    await using _one = await simulateWebhook(one, { name, handle: () => ({ allowed: false, message: "from one" }) });
    await using _other = await simulateWebhook(other, {
      name,
      handle: () => ({ allowed: false, message: "from other" }),
    });

    await expect(kube.create(configMap(one.namespace))).rejects.toThrow("from one");
    await expect(kube.create(configMap(other.namespace))).rejects.toThrow("from other");
  });

  it("does not affect other releases when it cannot be called", async () => {
    await using broken = await installChart(
      await webhookChart({ clientConfig: "service: { name: absent, namespace: {{ .Release.Namespace }} }" }),
    );
    await using untrusted = await installChart(
      await webhookChart({
        clientConfig: "caBundle: bm9uZQ==, service: { name: hook, namespace: {{ .Release.Namespace }} }",
      }),
    );
    await using dead = await installChart(await webhookChart({ clientConfig: 'url: "https://127.0.0.1:9/review"' }));
    await using other = await currentControlPlane().namespace();

    await kube.create(configMap(other.name));
    await expect(kube.create(configMap(broken.namespace))).rejects.toThrow('service "absent" not found');
    await expect(kube.create(configMap(untrusted.namespace))).rejects.toThrow("unable to load root certificates");
    await expect(kube.create(configMap(dead.namespace))).rejects.toThrow("connection refused");
  });

  it("does not affect system namespaces and cluster-scoped objects of other releases", async () => {
    await using release = await installChart(
      await webhookChart({ resources: "configmaps, clusterroles", webhook: rbacRule }),
    );
    await using hook = await simulateWebhook(release, { deny: "no" });
    const names = [`scope-a-${process.pid}`, `scope-b-${process.pid}`];
    onTestFinished(async () => {
      await kube.delete({ apiVersion: "v1", kind: "ConfigMap", name: names[0] ?? "", namespace: "kube-system" });
      await kube.delete({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", name: names[0] ?? "" });
    });
    await kube.create(configMap("kube-system", names[0]));
    await kube.create(role(names[0] ?? ""));
    await expect(kube.create(role(names[1] ?? "", release.namespace))).rejects.toThrow("denied the request: no");

    expect((await hook.reviews()).map(({ request }) => "name" in request && request.name)).toEqual([names[1]]);
  });

  it("also applies in further namespaces that are given", async () => {
    await using release = await installChart(await webhookChart());
    await using further = await currentControlPlane().namespace();
    await using other = await currentControlPlane().namespace();
    await using hook = await simulateWebhook(release, { deny: "no", namespaces: [further.name] });

    await expect(kube.create(configMap(further.name))).rejects.toThrow("denied the request: no");
    await kube.create(configMap(other.name));
    expect(await hook.reviews()).toHaveLength(1);
  });

  it("applies to every object with scope cluster", async () => {
    const selector = "    namespaceSelector: { matchLabels: { webhook-scope: cluster } }\n";
    await using release = await installChart(await webhookChart({ webhook: selector }));
    await using labelled = await currentControlPlane().namespace({ labels: { "webhook-scope": "cluster" } });
    await using hook = await simulateWebhook(release, { deny: "no", scope: "cluster" });

    await expect(kube.create(configMap(labelled.name))).rejects.toThrow("denied the request: no");
    await kube.create(configMap(release.namespace));
    expect(await hook.reviews()).toHaveLength(1);
  });

  it("does not block the removal of a namespace whose Service is gone before the objects that it is called for", async () => {
    const plane = currentControlPlane();
    const namespace = await plane.namespace();
    const configuration = {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: `${namespace.name}-teardown` },
      webhooks: [
        {
          name: "teardown.example.com",
          admissionReviewVersions: ["v1"],
          sideEffects: "None",
          rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["*"], resources: ["configmaps", "secrets"] }],
          clientConfig: { service: { name: "absent", namespace: namespace.name } },
        },
      ],
    };
    await kube.create(configMap(namespace.name));
    await kube.create(configuration);
    await using _hook = await simulateWebhook({ namespace: namespace.name });
    const { apiVersion, kind, metadata } = configuration;
    onTestFinished(async () => void (await kube.delete({ apiVersion, kind, name: metadata.name })));
    await expect(kube.create(configMap(namespace.name, "b"))).rejects.toThrow('service "absent" not found');

    await namespace.remove();
  });
});

describe("the backend of a webhook", () => {
  it("must be a port of the Service", async () => {
    await using release = await installChart(await webhookChart({ servicePort: 8443 }));

    await expect(kube.create(configMap(release.namespace))).rejects.toThrow(
      'no service port 443 found for service "hook"',
    );
  });

  it("is called when it is a URL", async () => {
    const paths: string[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url ?? "");
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    // The server has no TLS: the error shows that the API server connects to it.
    const { port } = server.address() as AddressInfo;
    await using release = await installChart(
      await webhookChart({ clientConfig: `url: "https://127.0.0.1:${port}/review"` }),
    );

    await expect(kube.create(configMap(release.namespace))).rejects.toThrow(
      "server gave HTTP response to HTTPS client",
    );
    expect(await webhookReviews(release)).toEqual([]);
  });

  it("is replaced by the spec when its URL is simulated", async () => {
    await using release = await installChart(await webhookChart({ clientConfig: 'url: "https://127.0.0.1:9/review"' }));
    await using hook = await simulateWebhook(release);
    await kube.create(configMap(release.namespace));

    expect(await hook.reviews()).toMatchObject([{ answeredBy: "default" }]);
  });
});

const rbacRule = `  - name: roles.example.com
    admissionReviewVersions: [v1]
    sideEffects: None
    rules: [{ apiGroups: [rbac.authorization.k8s.io], apiVersions: [v1], operations: [CREATE], resources: [clusterroles] }]
    clientConfig: { service: { name: hook, namespace: {{ .Release.Namespace }} } }
`;
