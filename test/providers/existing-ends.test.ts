import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { startControlPlane } from "../../src/boot/start-control-plane.ts";
import { pollUntil } from "../../src/util/poll.ts";
import { writeChart } from "../helpers/charts/write-chart.ts";
import { startCli } from "../helpers/run-cli.ts";
import { once, template } from "../helpers/workloads.ts";

const endless = { containers: [{ name: "app", image: "example.invalid/a:1", command: ["sleep", "infinity"] }] };

describe("a cluster that disappears during a check", () => {
  it("could not be checked, is named, and says nothing about the charts", async () => {
    const host = await startControlPlane();
    const { "current-context": context } = load(await host.kubeconfig()) as { "current-context": string };
    const chart = await writeChart({
      "templates/a.yaml": template("Job", "wait", once({}, endless), { "helm.sh/hook": "pre-install" }),
      "ci/other-values.yaml": "",
    });
    const cluster = ["--provider", "existing", "--kubeconfig", host.kubeconfigPath, "--context", context];
    const args = ["check", chart, ...cluster, "--allow-install", "--timeout", "10m", "--json"];
    const before = new Set(await readdir(tmpdir()));
    const check = startCli(args);
    await pollUntil(async () => (await host.kube.list("v1", "Pod")).find(({ status }) => isRunning(status)), {
      timeoutMs: 120_000,
      waitingFor: "the hook of the chart",
    });
    await host.stop();
    const { exitCode, stdout } = await check;
    const report = JSON.parse(stdout);
    expect(exitCode).toBe(3);
    expect(report.counts).toMatchObject({ passed: 0, failed: 0, errored: 2, errors: 0 });
    const errors = report.trials.flatMap(({ steps }: { steps: { error?: { message: string } }[] }) =>
      steps.flatMap(({ error }) => error?.message ?? []),
    );
    expect(errors[0]).toContain(`The API server at ${new URL(host.data.server).host} cannot be reached: `);
    const left = (await readdir(tmpdir())).filter((name) => !before.has(name) && name.startsWith("seatrial-"));
    expect(left.filter((name) => name.includes(String(check.pid)))).toEqual([]);
  });
});

function isRunning(status: unknown): boolean {
  return (status as { phase?: string } | undefined)?.phase === "Running";
}
