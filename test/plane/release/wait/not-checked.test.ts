import { type ClusterError, findingsOf, installChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { install } from "../../../../src/release/install-chart.ts";
import { writeChart } from "../../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../../helpers/rejection-of.ts";
import { once, podSpec, selecting, template } from "../../../helpers/workloads.ts";

// Far longer than a test may take: an error that comes in time did not wait for it.
const options = { wait: true, waitForJobs: true, timeout: "10m" };
const web = (pod: object, more: object = {}) => template("Deployment", "web", selecting("web", podSpec(pod), more));
const container = { name: "app", image: "example.com/app:1" };
const claim = (spec: object) =>
  template("PersistentVolumeClaim", "data", {
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...spec },
  });
const apart = {
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "web" } } },
    ],
  },
};
const together = {
  podAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "nobody" } } },
    ],
  },
};
const late = { minReadySeconds: 600, progressDeadlineSeconds: 1200 };
const architecture = { key: "kubernetes.io/arch", operator: "In", values: ["arm64"] };
const onArm = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [architecture] }] },
  },
};
const set = (spec: object) => template("StatefulSet", "db", selecting("db", podSpec(), { serviceName: "db", ...spec }));

describe("a wait ends at once and says nothing about the chart", () => {
  it.each([
    { title: "a label of nodes", files: web({ nodeSelector: { disk: "ssd" } }), hint: "the label disk=ssd" },
    { title: "an architecture", files: web({ affinity: onArm }), hint: "kubernetes.io/arch In (arm64)" },
    {
      title: "an extended resource",
      files: web({ containers: [{ ...container, resources: { limits: { "example.com/gpu": "1" } } }] }),
      hint: "a Node with 1 example.com/gpu",
    },
    {
      title: "more memory than any node has",
      files: web({ containers: [{ ...container, resources: { requests: { memory: "1Ti" } } }] }),
      hint: "a Node with 1Ti memory",
    },
    {
      title: "more CPUs than its own replicas leave",
      files: web({ containers: [{ ...container, resources: { requests: { cpu: "20" } } }] }, { replicas: 4 }),
      hint: "more Nodes",
    },
    { title: "more nodes than there are", files: web({ affinity: apart }, { replicas: 4 }), hint: "more Nodes" },
    {
      title: "a port of more nodes than there are",
      files: web({ containers: [{ ...container, ports: [{ containerPort: 81, hostPort: 8181 }] }] }, { replicas: 4 }),
      hint: "more Nodes",
    },
    { title: "a StorageClass", files: claim({ storageClassName: "gp3" }), hint: "the StorageClass gp3" },
    { title: "a PersistentVolume", files: claim({ storageClassName: "" }), hint: "a PersistentVolume that fits" },
    { title: "a PriorityClass", files: web({ priorityClassName: "urgent" }), hint: "the PriorityClass urgent" },
    { title: "a RuntimeClass", files: web({ runtimeClassName: "gvisor" }), hint: "the RuntimeClass gvisor" },
    { title: "somebody who resumes a Job", files: template("Job", "later", once({ suspend: true })), hint: "suspend" },
    { title: "more time than it has", files: web({}, late), hint: "--timeout 630s" },
    {
      title: "more time than it has, one Pod after the other",
      files: set({ replicas: 3, minReadySeconds: 250 }),
      hint: "--timeout 780s",
    },
  ])("when an object needs $title", async ({ files, hint }) => {
    const chart = await writeChart({ "templates/a.yaml": files });
    const error = await rejectionOf<ClusterError>(installChart(chart, options));
    expect(error.message).toMatch(
      /^Installing .*demo could not be checked: after \d+ ms, 1 object cannot become ready/,
    );
    expect(error.code).toBe("SEATRIAL_NOT_CHECKED");
    expect(findingsOf(error)).toBeUndefined();
    expect(error.hint).toContain(hint);
  });

  it.each([
    { title: "another scheduler", pod: { schedulerName: "batch" }, says: "it waits for the scheduler batch" },
    {
      title: "somebody who opens its scheduling gates",
      pod: { schedulingGates: [{ name: "example.com/quota" }] },
      says: "nothing here removes its scheduling gates example.com/quota",
    },
    {
      title: "somebody who sets its readiness gates",
      pod: { readinessGates: [{ conditionType: "example.com/open" }] },
      says: "nobody has set its readiness gates example.com/open",
    },
    { title: "a Pod next to it that nothing creates", pod: { affinity: together }, says: "pod affinity rules" },
  ])("when nothing else acts and a Pod needs $title", async ({ pod, says }) => {
    const chart = await writeChart({ "templates/a.yaml": web(pod) });
    const error = await rejectionOf<ClusterError>(install(chart, options, { isAlone: true }));
    expect(error.code).toBe("SEATRIAL_NOT_CHECKED");
    expect(error.message).toContain(says);
  });

  it("unless the chart is wrong too, which is then the error", async () => {
    const chart = await writeChart({
      "templates/a.yaml": web({ nodeSelector: { disk: "ssd" } }),
      "templates/b.yaml": template("Pod", "broken", { spec: podSpec({ containers: [{ ...container, image: "a:" }] }) }),
    });
    const error = await rejectionOf<ClusterError>(installChart(chart, options));
    expect(error).toMatchObject({ code: "SEATRIAL_NOT_READY", reason: "InvalidImageName" });
    const errors = findingsOf(error)?.filter(({ severity }) => severity === "error");
    expect(errors).toMatchObject([{ object: { kind: "Pod", name: "broken" } }]);
  });

  it("when a hook needs a node that does not exist", async () => {
    const job = once({}, { nodeSelector: { disk: "ssd" } });
    const chart = await writeChart({
      "templates/a.yaml": template("Job", "seed", job, { "helm.sh/hook": "pre-install" }),
    });
    const error = await rejectionOf<ClusterError>(installChart(chart, { timeout: "10m" }));
    expect(error.code).toBe("SEATRIAL_NOT_CHECKED");
    expect(error.hint).toContain("disk=ssd");
  });
});

describe("a wait continues", () => {
  it("while Pods that a roll-out replaces cannot become ready", async () => {
    const broken = web({ containers: [{ ...container, image: "a:" }] });
    await using release = await installChart(await writeChart({ "templates/a.yaml": broken }));
    await expect.poll(() => release.all("Pod"), { timeout: 30_000 }).toHaveLength(1);
    const fixed = await writeChart({ "templates/a.yaml": web({}) });
    await release.upgrade(fixed, { wait: true, timeout: "2m" });
    expect(await release.get("Deployment", "web")).toHaveCondition("Available");
  });
});
