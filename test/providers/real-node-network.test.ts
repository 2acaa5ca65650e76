import { type ControlPlane, installChart, simulateWebhook } from "seatrial";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startControlPlane } from "../../src/boot/start-control-plane.ts";
import type { KubeObject } from "../../src/kube/object-ref.ts";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";
import { writeChart } from "../helpers/charts/write-chart.ts";
import { deployment, webContainer } from "../helpers/real-node/charts.ts";
import { whyNotTested } from "../helpers/real-node/find-real-node.ts";
import { kubectlOn } from "../helpers/real-node/kubectl-on.ts";
import { writeBusyboxImage } from "../helpers/real-node/write-image.ts";

const isSkipped = (await whyNotTested()) !== undefined;

// Skipped where a real node cannot run; scripts/test.mjs says so in a block of its own.
describe.skipIf(isSkipped)("the network of a real node", () => {
  let images: TempDir;
  let plane: ControlPlane;
  beforeAll(async () => {
    images = await makeTempDir("seatrial-images-");
    plane = await startControlPlane({ realNode: { images: [await writeBusyboxImage(images.path)] } });
  });
  afterAll(async () => {
    await plane?.stop();
    await images.remove();
  });

  const service = (
    fields: object,
    name = "web",
    ports: object[] = [{ name: "http", port: 80, targetPort: "http" }],
  ) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { selector: { app: "web" }, ports, ...fields },
  });
  const installed = async (...objects: object[]) => {
    const chart = await writeChart({
      "templates/all.yaml": objects.map((each) => JSON.stringify(each)).join("\n---\n"),
    });
    return installChart(chart, { controlPlane: plane, wait: true });
  };

  it("has a DNS server, which knows Services, the Pods of headless Services and the API server", async () => {
    const pod = { hostname: "first", subdomain: "pods" };
    await using release = await installed(
      service({}),
      service({ clusterIP: "None" }, "pods"),
      service({ type: "ExternalName", externalName: "example.com" }, "outside", []),
      deployment("web", webContainer, pod),
    );
    const { namespace } = release;
    const [client] = await release.all("Pod");
    const run = async (script: string) => {
      const name = client?.metadata.name ?? "";
      return (await kubectlOn(plane)("exec", "-n", namespace, name, "--", "sh", "-c", script)).stdout;
    };
    expect(await run("wget -q -O - http://web/index.html")).toBe("hello");
    expect(await run(`wget -q -O - http://first.pods.${namespace}.svc.cluster.local:8080/index.html`)).toBe("hello");
    const [api] = await plane.kube.list("v1", "Service", { namespace: "default" });
    const address = (api as unknown as { spec: { clusterIP: string } }).spec.clusterIP;
    expect(await run("nslookup kubernetes.default.svc.cluster.local")).toContain(`Address: ${address}`);
    expect(await run(`nslookup -type=cname outside.${namespace}.svc.cluster.local`)).toContain("example.com");
    expect(await run("nslookup none.default.svc.cluster.local; true")).toContain("NXDOMAIN");
    expect(await run("nslookup example.com; true")).toContain("REFUSED");
  });

  it("has the webhooks whose Pods run there, unless a spec answers for them", async () => {
    const webhooks = {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: "real-node" },
      webhooks: [
        {
          name: "real-node.example.com",
          clientConfig: { service: { name: "web", namespace: "{{ .Release.Namespace }}", port: 80, path: "/" } },
          rules: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"], operations: ["CREATE"] }],
          sideEffects: "None",
          admissionReviewVersions: ["v1"],
        },
      ],
    };
    await using release = await installed(service({}), deployment("web", webContainer), webhooks);
    const { namespace } = release;
    const create = (name: string) =>
      plane.kube.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace } } as KubeObject);
    // The web server of the container speaks HTTP without TLS: a simulated backend would have allowed the request.
    await expect(create("asks-the-pod")).rejects.toThrow(
      /failed calling webhook "real-node\.example\.com".*server gave HTTP response to HTTPS client/,
    );
    await using hook = await simulateWebhook(release);
    await create("asks-the-spec");
    expect(await hook.reviews()).toMatchObject([{ request: { name: "asks-the-spec" } }]);
  });
});
