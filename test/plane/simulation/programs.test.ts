import { installChart, startControlPlane } from "seatrial";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeChart } from "../../helpers/charts/write-chart.ts";
import { LONG, once, podSpec, selecting, template, workloads } from "../../helpers/workloads.ts";

const containers = (more: object) => ({
  containers: [{ name: "app", image: "registry.example.com/app:1.0", ...more }],
});
const job = (command: string[]) => once({ backoffLimit: 0 }, containers({ command }));

describe("a container's command", () => {
  let plane: Awaited<ReturnType<typeof startControlPlane>>;
  beforeAll(async () => {
    plane = await startControlPlane({ simulation: { nodes: 1, timeScale: 0 } });
  });
  afterAll(() => plane.stop());

  it("decides whether and how a Pod ends", async () => {
    await using objects = await workloads(plane);
    await objects.create("Pod", "runs-on", {
      spec: podSpec({ restartPolicy: "Never", ...containers({ command: ["sleep", "infinity"] }) }),
    });
    await objects.create("Job", "succeeds", job(["sh", "-c", "sleep 60 && exit 0"]));
    await objects.create("Job", "fails", job(["sh", "-c", "sleep 60; exit 3"]));
    await expect.poll(() => objects.get("Job", "succeeds"), LONG).toHaveCondition("Complete");
    await expect.poll(() => objects.get("Job", "fails"), LONG).toHaveCondition("Failed");
    const [failed] = (await objects.list("Pod")).filter(({ metadata }) => metadata.labels?.["job-name"] === "fails");
    expect(failed).toMatchObject({ status: { containerStatuses: [{ state: { terminated: { exitCode: 3 } } }] } });
    await expect.poll(() => objects.get("Pod", "runs-on"), LONG).toHaveCondition("Ready");
  });

  it("follows a script that the index of a Job decides", async () => {
    await using objects = await workloads(plane);
    const more = { completionMode: "Indexed", completions: 3, parallelism: 3, backoffLimitPerIndex: 0 };
    const script = 'if [ "$JOB_COMPLETION_INDEX" -eq "$BAD" ]; then exit 4; fi';
    const container = { env: [{ name: "BAD", value: "1" }], command: ["sh", "-c", script] };
    await objects.create("Job", "indexed", once(more, containers(container)));
    await expect.poll(() => objects.get("Job", "indexed"), LONG).toHaveCondition("Failed");
    const job = await objects.get("Job", "indexed");
    expect(job).toMatchObject({ status: { completedIndexes: "0,2", failedIndexes: "1" } });
  });

  it("does not make a chart with long delays slow", async () => {
    const probe = { initialDelaySeconds: 600, tcpSocket: { port: 80 } };
    const pod = podSpec(containers({ startupProbe: probe, readinessProbe: probe }));
    const chart = await writeChart({ "templates/web.yaml": template("Deployment", "web", selecting("web", pod)) });
    await using release = await installChart(chart, { controlPlane: plane, wait: true, timeout: "60s" });
    expect(await release.get("Deployment", "web")).toHaveCondition("Available");
  });
});
