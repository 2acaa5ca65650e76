import { installChart, simulate } from "seatrial";
import { describe, expect, it } from "vitest";
import { writeChart } from "../../helpers/charts/write-chart.ts";
import { kubectl } from "../../helpers/kubectl.ts";
import { podSpec, template, workloads } from "../../helpers/workloads.ts";

const web = template("Pod", "web", { spec: podSpec() });

describe("a simulated container", () => {
  it("has a log that says that it is simulated, also for kubectl", async () => {
    await using release = await installChart(await writeChart({ "templates/a.yaml": web }), { wait: true });
    const { stdout, exitCode } = await kubectl("logs", "web", "--namespace", release.namespace);
    expect(stdout).toBe(
      "seatrial: this container is simulated. Nothing of its image example.com/app:1 runs, and it writes nothing else.",
    );
    expect(exitCode).toBe(0);
  });

  it("has the log of its rule, in the result of a test", async () => {
    const test = template("Pod", "check", { spec: podSpec({ restartPolicy: "Never" }) }, { "helm.sh/hook": "test" });
    await using release = await installChart(await writeChart({ "templates/a.yaml": test }));
    await simulate(release, { pod: "check", exitCode: 1, logs: "connection refused" });
    const result = await release.test({ timeout: "1m", logs: true });
    expect(result).toMatchObject({ passed: false, hooks: [{ name: "check", phase: "Failed" }] });
    expect(result.logs).toContain("connection refused");
  });

  it.each([
    ["exec", "web", "--", "id"],
    ["attach", "web"],
    ["port-forward", "web", "0:80"],
  ])("rejects kubectl %s and says why", async (verb, ...args) => {
    await using release = await installChart(await writeChart({ "templates/a.yaml": web }), { wait: true });
    const arranged = verb === "port-forward" ? ["--address", "127.0.0.1"] : [];
    const { stderr, exitCode } = await kubectl(verb, "--namespace", release.namespace, ...arranged, ...args);
    expect(stderr).toContain("containers are simulated by seatrial: nothing runs in them");
    expect(exitCode).not.toBe(0);
  });

  it("cannot be attached to by kubectl run, which shows the log and exits with its exit code", async () => {
    await using objects = await workloads();
    const rule = { pod: "once", exitCode: 3, afterMs: 2000, logs: "no such table" };
    await using _failing = await simulate({ namespace: objects.namespace }, rule);
    const run = ["run", "once", "-i", "--restart=Never", "--image=example.com/app:1"];
    const { stdout, stderr, exitCode } = await kubectl(...run, "--namespace", objects.namespace);
    expect(stderr).toMatch(/couldn't attach to pod\/once, falling back to streaming logs: .*containers are simulated/);
    expect(stdout).toContain("no such table");
    expect(exitCode).toBe(3);
  });
});
