import { CoreV1Api } from "@kubernetes/client-node";
import { type ControlPlane, installChart, type SeatrialError, simulate } from "seatrial";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startControlPlane } from "../../src/boot/start-control-plane.ts";
import type { KubeObject } from "../../src/kube/object-ref.ts";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";
import { pollUntil } from "../../src/util/poll.ts";
import { writeChart } from "../helpers/charts/write-chart.ts";
import { describeContract } from "../helpers/providers/contract.ts";
import { deployment, deploymentChart, webContainer } from "../helpers/real-node/charts.ts";
import { whyNotTested } from "../helpers/real-node/find-real-node.ts";
import { kubectlOn } from "../helpers/real-node/kubectl-on.ts";
import { BUSYBOX_IMAGE, writeBusyboxImage } from "../helpers/real-node/write-image.ts";
import { rejectionOf } from "../helpers/rejection-of.ts";

const isSkipped = (await whyNotTested()) !== undefined;

describe.skipIf(isSkipped)("a real node next to simulated nodes", () => {
  it("runs the Pods that ask for it, and the others are simulated", async () => {
    const images = await makeTempDir("seatrial-images-");
    onTestFinished(() => images.remove());
    const realNode = { images: [await writeBusyboxImage(images.path)] };
    await using plane = await startControlPlane({ realNode, simulation: { nodes: 1 } });
    expect(plane.capabilities).toMatchObject({ pods: "simulated", simulates: true, deletesNamespacesAtOnce: false });
    const asks = {
      nodeSelector: { "seatrial.dev/node": "real" },
      tolerations: [{ key: "seatrial.dev/node", operator: "Equal", value: "real", effect: "NoSchedule" }],
    };
    const apps = [deployment("real", webContainer, asks), deployment("other", { image: "registry.invalid/none:1" })];
    const chart = await writeChart({ "templates/apps.yaml": apps.map((app) => JSON.stringify(app)).join("\n---\n") });
    await using release = await installChart(chart, { controlPlane: plane, wait: true });
    const pods = await release.all("Pod");
    const nodes = pods.map(({ metadata, spec }) => [metadata?.labels?.app, spec?.nodeName]);
    expect(Object.fromEntries(nodes)).toEqual({ real: "real-node", other: "node-1" });
    const log = async (app: string) => {
      const name = pods.find(({ metadata }) => metadata?.labels?.app === app)?.metadata?.name ?? "";
      return plane.kube.api(CoreV1Api).readNamespacedPodLog({ name, namespace: release.namespace });
    };
    expect(await log("real")).toBe("serving\n");
    expect(await log("other")).not.toContain("serving");
  });
});

// Skipped where a real node cannot run; scripts/test.mjs says so in a block of its own.
describe.skipIf(isSkipped)("a real node on the engine's own control plane", () => {
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
  describeContract(() => plane);

  const podOf = async (namespace: string, name = "app"): Promise<string> => {
    const pods = await plane.kube.list("v1", "Pod", { namespace });
    return pods.find(({ metadata }) => metadata.labels?.app === name)?.metadata.name ?? "";
  };
  const failureOf = async (container: object) => {
    const chart = await deploymentChart(container);
    const install = installChart(chart, { controlPlane: plane, wait: true, timeout: "20s" });
    return rejectionOf<SeatrialError & { findings: { message: string }[] }>(install);
  };

  it("is the only node, and is not simulated", async () => {
    expect(plane.capabilities).toMatchObject({ pods: "real", simulates: false, controllers: true });
    const nodes = await plane.kube.list("v1", "Node");
    expect(nodes.map(({ metadata }) => metadata.name)).toEqual(["real-node"]);
    expect(nodes[0]?.status).toMatchObject({
      nodeInfo: { containerRuntimeVersion: expect.stringMatching(/^containerd:\/\//) },
    });
    const error = await rejectionOf<SeatrialError>(
      simulate({ namespace: "default", controlPlane: plane }, { crashLoop: true }),
    );
    expect(error.code).toBe("SEATRIAL_UNSUPPORTED");
  });

  it("runs the containers of a release, with their logs, commands and ports", async () => {
    const chart = await deploymentChart(webContainer);
    await using release = await installChart(chart, { controlPlane: plane, wait: true });
    const { namespace } = release;
    const pod = await podOf(namespace);
    const logs = plane.kube.api(CoreV1Api).readNamespacedPodLog({ name: pod, namespace });
    expect(await logs).toBe("serving\n");
    const kubectl = kubectlOn(plane);
    const exec = await kubectl(
      "exec",
      "-n",
      namespace,
      pod,
      "--",
      "sh",
      "-c",
      "cat /index.html; echo wrong >&2; exit 3",
    );
    expect(exec).toMatchObject({ exitCode: 3, stdout: "hello", stderr: expect.stringContaining("wrong") });
    const proxied = await kubectl("get", "--raw", `/api/v1/namespaces/${namespace}/pods/${pod}:8080/proxy/index.html`);
    expect(proxied).toMatchObject({ exitCode: 0, stdout: "hello" });
    await using forwarded = await kubectl.forward(namespace, pod, 8080);
    expect(await (await fetch(`http://127.0.0.1:${forwarded.port}/index.html`)).text()).toBe("hello\n");
    const containers = [
      { name: "talks", image: BUSYBOX_IMAGE, args: ["sh", "-c", "while echo talking; do sleep 1; done"] },
    ];
    await plane.kube.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "talks", namespace },
      spec: { terminationGracePeriodSeconds: 0, containers },
    } as KubeObject);
    await kubectl("wait", "-n", namespace, "pod/talks", "--for=condition=Ready", "--timeout=25s");
    expect(await kubectl.firstOutput("attach", "--quiet", "-n", namespace, "talks")).toBe("talking\n");
  });

  it("connects Pods with Services, and with the API server", async () => {
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web" },
      spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: "http" }] },
    };
    const client = {
      command: ["sh", "-c", 'wget -q -O - "http://$WEB_SERVICE_HOST/index.html" && sleep 1000'],
    };
    const chart = await writeChart({
      "templates/web.yaml": [service, deployment("web", webContainer)]
        .map((each) => JSON.stringify(each))
        .join("\n---\n"),
    });
    await using release = await installChart(chart, { controlPlane: plane, wait: true });
    const { namespace } = release;
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "client", namespace } };
    const containers = [{ name: "client", image: BUSYBOX_IMAGE, ...client }];
    await plane.kube.create({ ...pod, spec: { terminationGracePeriodSeconds: 0, containers } } as KubeObject);
    const read = () =>
      plane.kube
        .api(CoreV1Api)
        .readNamespacedPodLog({ name: "client", namespace })
        .catch(() => "");
    const answered = async () => ((await read()) === "hello\n" ? true : undefined);
    await pollUntil(answered, { timeoutMs: 60_000, waitingFor: "the answer of the Service" });
    const api = 'nc "$KUBERNETES_SERVICE_HOST" "$KUBERNETES_SERVICE_PORT" < /dev/null && echo connected';
    const exec = await kubectlOn(plane)("exec", "-n", namespace, "client", "--", "sh", "-c", api);
    expect(exec).toMatchObject({ exitCode: 0, stdout: "connected" });
  });

  it("reports a probe that fails in the kubelet's words", async () => {
    const { findings } = await failureOf({
      ...webContainer,
      readinessProbe: { httpGet: { port: 8080, path: "/absent.html" }, periodSeconds: 1 },
    });
    expect(findings).toContainEqual(
      expect.objectContaining({
        object: expect.objectContaining({ kind: "Deployment" }),
        message: expect.stringContaining("Readiness probe failed: HTTP probe failed with statuscode: 404"),
      }),
    );
  });

  it("reports a container that crashes again and again, with its exit code", async () => {
    const { findings } = await failureOf({
      command: ["sh", "-c", "echo no such database; exit 7"],
      terminationMessagePolicy: "FallbackToLogsOnError",
      // Without a probe, the Deployment is available for the moment in which the container runs.
      readinessProbe: { exec: { command: ["true"] }, initialDelaySeconds: 5 },
    });
    const message = expect.stringMatching(/container app.*exited with 7: no such database/);
    expect(findings).toContainEqual(
      expect.objectContaining({ object: expect.objectContaining({ kind: "Deployment" }), message }),
    );
  });

  it("reports an image that does not exist, and why it could not be pulled", async () => {
    const { findings } = await failureOf({ image: "registry.invalid/none:1" });
    const message = expect.stringMatching(
      /container app: (ErrImagePull|ImagePullBackOff): .*registry\.invalid\/none:1/,
    );
    expect(findings).toContainEqual(
      expect.objectContaining({ object: expect.objectContaining({ kind: "Deployment" }), message }),
    );
  });

  it("reports an entry point that does not exist in the image", async () => {
    const { findings } = await failureOf({ command: ["/absent"] });
    const message = expect.stringMatching(/container app: .*\/absent.*no such file or directory/);
    expect(findings).toContainEqual(
      expect.objectContaining({ object: expect.objectContaining({ kind: "Deployment" }), message }),
    );
  });

  it("runs the Pods of helm test, and returns their logs", async () => {
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "test", annotations: { "helm.sh/hook": "test" } },
      spec: {
        restartPolicy: "Never",
        containers: [{ name: "test", image: BUSYBOX_IMAGE, args: ["echo", "it works"] }],
      },
    };
    const chart = await writeChart({ "templates/test.yaml": JSON.stringify(pod) });
    await using release = await installChart(chart, { controlPlane: plane });
    expect(await release.test({ logs: true })).toMatchObject({
      passed: true,
      logs: expect.stringContaining("it works"),
    });
  });

  it("keeps the files of a claim on the node", async () => {
    const claim = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    };
    const app = deployment(
      "app",
      {
        command: ["sh", "-c", "echo kept > /data/file; cat /data/file; exec sleep 1000"],
        volumeMounts: [{ name: "data", mountPath: "/data" }],
      },
      { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] },
    );
    const chart = await writeChart({
      "templates/app.yaml": [claim, app].map((each) => JSON.stringify(each)).join("\n---\n"),
    });
    await using release = await installChart(chart, { controlPlane: plane, wait: true });
    const { namespace } = release;
    const name = await podOf(namespace);
    // Without a probe, the container is ready before its command has run.
    const logs = () => plane.kube.api(CoreV1Api).readNamespacedPodLog({ name, namespace });
    await expect.poll(logs, { timeout: 60_000, interval: 100 }).toBe("kept\n");
  });
});
