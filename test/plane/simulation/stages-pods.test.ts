import { CoreV1Api } from "@kubernetes/client-node";
import { currentControlPlane, installChart, simulate, simulateStages, startControlPlane } from "seatrial";
import { describe, expect, it } from "vitest";
import { parseManifest } from "../../../src/chart/manifest.ts";
import type { StageObject } from "../../../src/simulation/stage.ts";
import { writeChart } from "../../helpers/charts/write-chart.ts";
import { podChaos, podComplete, podDelete, podReady } from "../../helpers/pod-stages.ts";
import { stage } from "../../helpers/stages.ts";

const parse = (...texts: string[]) =>
  texts.flatMap((text) => parseManifest(text).map(({ object }) => object as StageObject));

const container = '{ name: app, image: "example.com/app:1" }';
const template = `metadata: { labels: { app: web, chaos: "true" } }, spec: { containers: [${container}] }`;
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { replicas: 2, selector: { matchLabels: { app: web } }, template: { ${template} } }
`;
const job = `apiVersion: batch/v1
kind: Job
metadata: { name: migrate }
spec: { template: { spec: { restartPolicy: Never, containers: [${container}] } } }
`;

describe("Stages for Pods", () => {
  it("take Deployments and Jobs to their ends, as in kwok", async () => {
    const chart = await writeChart({ "templates/a.yaml": deployment, "templates/b.yaml": job });
    const stages = parse(podReady, podComplete, podDelete);
    const release = await installChart(chart, { wait: true, waitForJobs: true, timeout: "1m", stages });
    expect(await release.get("Deployment", "web")).toHaveCondition("Available");
    expect(await release.get("Job", "migrate")).toHaveCondition("Complete");
    const { kube } = currentControlPlane();
    const { namespace } = release;
    const pods = await kube.list("v1", "Pod", { namespace, labelSelector: "app=web" });
    const ips = pods.map(({ status }) => (status as { podIP: string }).podIP);
    expect(ips).toEqual([expect.stringMatching(/^10\.244\./), expect.stringMatching(/^10\.244\./)]);
    expect(new Set(ips).size).toBe(2);
    const [web] = pods;
    const logs = await currentControlPlane()
      .kube.api(CoreV1Api)
      .readNamespacedPodLog({ namespace, name: web?.metadata.name ?? "" });
    expect(logs).toContain("this container is simulated");
    const reasons = (await kube.list("v1", "Event", { namespace })).map(({ reason }) => reason);
    expect(reasons).toContain("StageStarted");
    expect(reasons).not.toContain("Started");
    await release.uninstall();
    await expect.poll(() => kube.list("v1", "Pod", { namespace }), { timeout: 20_000 }).toEqual([]);
    await release[Symbol.asyncDispose]();
  });

  it("own a Pod once a Stage selects it: no rule and no kubelet changes its status", async () => {
    const chart = await writeChart({ "templates/a.yaml": deployment });
    const never = stage(
      "never",
      "Pod",
      "selector: { matchLabels: { app: web } }\ndelay: { durationMilliseconds: 3600000 }",
      "v1",
    );
    await using release = await installChart(chart, { stages: parse(never) });
    await using rule = await simulate(release, { exitCode: 1 });
    const { kube } = currentControlPlane();
    const pods = () => kube.list("v1", "Pod", { namespace: release.namespace, labelSelector: "app=web" });
    await expect
      .poll(async () => (await pods()).every(({ spec }) => (spec as { nodeName?: string }).nodeName))
      .toBe(true);
    const other = await installChart(chart, { wait: true, timeout: "1m" });
    await other[Symbol.asyncDispose]();
    expect((await pods()).map(({ status }) => (status as { phase: string }).phase)).toEqual(["Pending", "Pending"]);
    expect(await rule.pods()).toEqual([]);
  });

  it("leave Pods that no Stage selects to the kubelets, and take over a Pod that they select later", async () => {
    const chart = await writeChart({ "templates/a.yaml": deployment });
    await using release = await installChart(chart, { wait: true, timeout: "1m" });
    await using stages = await simulateStages(release, parse(podChaos));
    const { kube } = currentControlPlane();
    const reasons = async () =>
      (await kube.list("v1", "Pod", { namespace: release.namespace })).map(
        ({ status }) => (status as { reason?: string }).reason,
      );
    await expect.poll(reasons).toContain("Chaos");
    await stages.stop();
    await expect.poll(() => release.get("Deployment", "web"), { timeout: 20_000 }).toHaveCondition("Available");
  });

  it("do not delay the deletion of a Pod when no Stage is about deletion", async () => {
    const chart = await writeChart({ "templates/a.yaml": deployment });
    const release = await installChart(chart, { wait: true, timeout: "1m", stages: parse(podReady) });
    const { kube } = currentControlPlane();
    await release.uninstall();
    await expect.poll(() => kube.list("v1", "Pod", { namespace: release.namespace }), { timeout: 10_000 }).toEqual([]);
    await release[Symbol.asyncDispose]();
  });
});

describe("Stages of a control plane", () => {
  it("apply in every namespace, make Nodes ready, and give way to the Stages of a namespace", async () => {
    const nodeReady = stage(
      "node-initialize",
      "Node",
      `selector:
  matchExpressions: [{ key: '.status.conditions.[] | select( .type == "Ready" ) | .status', operator: NotIn, values: ["True"] }]
next:
  statusTemplate: |
    {{ $now := Now }}
    conditions:
    {{ range NodeConditions }}
    - { type: {{ .type | Quote }}, status: {{ .status | Quote }}, reason: {{ .reason | Quote }}, message: {{ .message | Quote }}, lastTransitionTime: {{ $now | Quote }} }
    {{ end }}
    addresses: [{ type: InternalIP, address: {{ NodeIP | Quote }} }, { type: Hostname, address: {{ NodeName | Quote }} }]
    allocatable: { cpu: "4", memory: 8Gi, pods: "10" }
    capacity: { cpu: "4", memory: 8Gi, pods: "10" }
`,
      "v1",
    );
    const stages = parse(nodeReady, podReady, podComplete, podDelete);
    await using plane = await startControlPlane({ simulation: { nodes: 0, stages } });
    expect(plane.capabilities).toMatchObject({ pods: "simulated", simulates: true });
    await plane.kube.create({ apiVersion: "v1", kind: "Node", metadata: { name: "fake-1" } });
    const chart = await writeChart({ "templates/a.yaml": deployment });
    await using release = await installChart(chart, { controlPlane: plane, wait: true, timeout: "1m" });
    expect(await plane.kube.get({ apiVersion: "v1", kind: "Node", name: "fake-1" })).toMatchObject({
      status: { addresses: [{ address: "198.51.100.254" }, { address: "fake-1" }] },
    });
    const chaos = parse(podChaos.replace("Running", "Pending"));
    await using broken = await installChart(chart, { controlPlane: plane, stages: chaos });
    const phases = async () => (await broken.all("Pod")).map(({ status }) => (status as { phase: string }).phase);
    await expect.poll(phases).toContain("Failed");
    expect(await phases()).not.toContain("Running");
    expect(await release.get("Deployment", "web")).toHaveCondition("Available");
  });

  it("with a mistake make its start fail, and no process is left running", async () => {
    const wrong = parse(stage("wrong", "Pod", "selector: {}\nnext: { statusTemplate: '{{ Nothing }}' }", "v1"));
    await expect(startControlPlane({ simulation: { stages: wrong } })).rejects.toMatchObject({
      code: "SEATRIAL_USAGE",
      message:
        'startControlPlane: simulation.stages: the Stage cannot be used\n  Stage "wrong": spec.next.statusTemplate: line 1: function "Nothing" not defined',
    });
    await expect(startControlPlane({ simulation: { stages: "nowhere/*.yaml" } })).rejects.toMatchObject({
      code: "SEATRIAL_USAGE",
      message: expect.stringContaining("No Stage was found at nowhere/*.yaml: 0 files were read"),
    });
  });
});
