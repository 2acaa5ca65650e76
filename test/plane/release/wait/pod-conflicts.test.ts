import { type ClusterError, findingsOf, installChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { writeChart } from "../../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../../helpers/rejection-of.ts";
import { podSpec, selecting, template } from "../../../helpers/workloads.ts";

const container = { name: "app", image: "example.com/app:1" };
const onPort = (hostPort: number, more: object = {}) =>
  podSpec({ containers: [{ ...container, ports: [{ containerPort: 80, hostPort }] }], ...more });
const daemons = (name: string, pod: object) => template("DaemonSet", name, selecting(name, pod));
const claim = template("PersistentVolumeClaim", "data", {
  spec: { accessModes: ["ReadWriteOncePod"], resources: { requests: { storage: "1Gi" } } },
});
const mounting = podSpec({
  containers: [{ ...container, volumeMounts: [{ name: "data", mountPath: "/data" }] }],
  volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
});

async function failWith(files: Record<string, string>): Promise<ClusterError> {
  const chart = await writeChart(files);
  // Far longer than a test may take: an error that comes in time did not wait for it.
  return rejectionOf<ClusterError>(installChart(chart, { wait: true, timeout: "10m" }));
}

describe("a wait ends at once and blames the chart", () => {
  it("when two of its DaemonSets use one host port", async () => {
    const error = await failWith({
      "templates/a.yaml": daemons("one", onPort(8191)),
      "templates/b.yaml": daemons("two", onPort(8191)),
    });
    expect(error.code).toBe("SEATRIAL_NOT_READY");
    expect(findingsOf(error)).toContainEqual(
      expect.objectContaining({ hint: expect.stringMatching(/^DaemonSet (one|two) uses the same host port/) }),
    );
  });

  it("when two Pods mount a claim that one Pod can use", async () => {
    const error = await failWith({
      "templates/a.yaml": claim,
      "templates/b.yaml": template("Deployment", "web", selecting("web", mounting, { replicas: 2 })),
    });
    expect(error.code).toBe("SEATRIAL_NOT_READY");
    expect(findingsOf(error)).toMatchObject([
      { object: { kind: "Deployment" }, hint: expect.stringContaining("ReadWriteOncePod: use another mode") },
    ]);
  });
});
