import { fileURLToPath } from "node:url";
import { execaNode } from "execa";
import { currentControlPlane, dryRunChart, findingsOf, installChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const service = (spec: string) => `apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: ${spec}\n`;
const nodePort = (port: number) =>
  service(`{ type: NodePort, selector: { app: a }, ports: [{ port: 80, nodePort: ${port} }] }`);
const daemons = (port: number) => `apiVersion: apps/v1
kind: DaemonSet
metadata: { name: a }
spec:
  selector: { matchLabels: { app: a } }
  template:
    metadata: { labels: { app: a } }
    spec: { containers: [{ name: a, image: a, ports: [{ containerPort: 80, hostPort: ${port} }] }] }
`;

/** Installs the chart in a process of its own, which uninstalls it after a while. */
async function installElsewhere(chart: string) {
  const helper = fileURLToPath(new URL("../../programs/hold-release.ts", import.meta.url));
  const input = JSON.stringify({ data: currentControlPlane().data, chart });
  const other = execaNode(helper, { input, env: { NODE_NO_WARNINGS: "1" }, reject: false });
  await other.iterable({ preserveNewlines: true })[Symbol.asyncIterator]().next();
  return { other };
}

describe("an address that a chart names", () => {
  it.each([
    ["node port", nodePort(30721)],
    ["cluster IP", service("{ clusterIP: 10.96.72.1, selector: { app: a }, ports: [{ port: 80 }] }")],
    [
      "load-balancer address",
      service("{ type: LoadBalancer, loadBalancerIP: 203.0.113.72, selector: { app: a }, ports: [{ port: 80 }] }"),
    ],
    ["host port on all nodes", daemons(8721)],
  ])("is waited for while a trial of another process has the same %s", async (_name, template) => {
    const chart = await writeChart({ "templates/a.yaml": template });
    const { other } = await installElsewhere(chart);
    await using release = await installChart(chart, { wait: true });
    expect(release.status).toBe("deployed");
    expect((await other).exitCode).toBe(0);
  });

  it("is waited for by a dry run", async () => {
    const chart = await writeChart({ "templates/a.yaml": nodePort(30722) });
    const { other } = await installElsewhere(chart);
    expect(await dryRunChart(chart)).toBeAccepted();
    expect((await other).exitCode).toBe(0);
  });

  it("is taken from a trial whose process ended without removing it", async () => {
    const chart = await writeChart({ "templates/a.yaml": nodePort(30723) });
    const { other } = await installElsewhere(chart);
    other.kill("SIGKILL");
    await other;
    await using release = await installChart(chart);
    expect(release.status).toBe("deployed");
  });

  it("is the API server's to refuse when the same process has it", async () => {
    const chart = await writeChart({ "templates/a.yaml": nodePort(30724) });
    await using _first = await installChart(chart);
    expect(findingsOf(await rejectionOf(installChart(chart)))).toMatchObject([
      { field: "spec.ports[0].nodePort", message: expect.stringContaining("already allocated") },
    ]);
  });
});
