import { startControlPlane } from "../src/boot/start-control-plane.ts";
import { makeTempDir } from "../src/process/temp-dir.ts";
import { installChart } from "../src/release/install-chart.ts";
import { ownChart } from "./support/charts.ts";
import { contest, timed } from "./support/contest.ts";
import type { BenchOptions } from "./support/options.ts";
import { runBenches } from "./support/run-benches.ts";
import { contestTable, type Report } from "./support/table.ts";
import { buildUpstreamTools } from "./support/upstream-tools.ts";

/** Installing and uninstalling charts/web, compared with the processes `helm install` and `helm uninstall`. */
export async function install({ runs = 10, enginePath }: BenchOptions): Promise<Report[]> {
  await using dir = await makeTempDir("seatrial-bench-");
  await using controlPlane = await startControlPlane({ enginePath });
  const tools = await buildUpstreamTools(dir.path, controlPlane);
  await using namespace = await controlPlane.namespace();
  const chart = ownChart("web");

  const throughLibrary = async (name: string | undefined) => {
    await using _release = await installChart(chart, { controlPlane, releaseName: "web", namespace: name });
  };
  const throughProcesses = async () => {
    await tools.helm("install", "web", chart, "--namespace", namespace.name);
    await tools.helm("uninstall", "web", "--namespace", namespace.name);
  };

  const rows = await contest(
    [
      { name: "`await using release = await installChart(…)`", run: () => timed(() => throughLibrary(namespace.name)) },
      { name: "the same in a namespace of its own", run: () => timed(() => throughLibrary(undefined)) },
      { name: "`helm install`, `helm uninstall`", run: () => timed(throughProcesses) },
    ],
    { runs },
  );
  return [
    {
      title: `Installing and removing charts/web, without waiting for pods (${runs} runs)`,
      table: contestTable(rows),
      notes: [
        "The library also verifies through the API that every object is gone, which `helm uninstall` does not; " +
          "the second row also makes a namespace and removes it.",
      ],
    },
  ];
}

if (import.meta.main) await runBenches(install);
