import { startControlPlane } from "../src/boot/start-control-plane.ts";
import { makeTempDir } from "../src/process/temp-dir.ts";
import { dryRunChart } from "../src/release/dry-run-chart.ts";
import { contest, timed } from "./support/contest.ts";
import { writeHundredObjects } from "./support/hundred-objects.ts";
import type { BenchOptions } from "./support/options.ts";
import { runBenches } from "./support/run-benches.ts";
import { contestTable, type Report } from "./support/table.ts";
import { buildUpstreamTools } from "./support/upstream-tools.ts";

/** A dry run of 100 objects, compared with the two most similar commands. */
export async function dryRun({ runs = 5, enginePath }: BenchOptions): Promise<Report[]> {
  await using dir = await makeTempDir("seatrial-bench-");
  await using controlPlane = await startControlPlane({ enginePath });
  const tools = await buildUpstreamTools(dir.path, controlPlane);
  await using namespace = await controlPlane.namespace();
  const chart = await writeHundredObjects(dir.path);
  const releaseName = "bench";

  const inNamespace = async (name: string | undefined) => {
    const result = await dryRunChart(chart, { controlPlane, releaseName, namespace: name });
    if (!result.accepted || result.objects.length !== 100) {
      throw new Error(`${result.objects.length} of 100 objects were accepted: ${JSON.stringify(result.findings)}`);
    }
  };
  const pipeline = async () => {
    const output = await tools.helmToKubectl(
      ["template", releaseName, chart, "--namespace", namespace.name],
      ["apply", "--dry-run=server", "--validate=strict", "--namespace", namespace.name, "--filename", "-"],
    );
    const created = output.split("\n").filter((line) => line.endsWith("created (server dry run)"));
    if (created.length !== 100) throw new Error(`${created.length} of 100 objects were accepted`);
  };

  const rows = await contest(
    [
      { name: "dryRunChart", run: () => timed(() => inNamespace(namespace.name)) },
      { name: "dryRunChart in a namespace of its own", run: () => timed(() => inNamespace(undefined)) },
      { name: "`helm template \\| kubectl apply --dry-run=server --validate=strict`", run: () => timed(pipeline) },
    ],
    { runs },
  );
  return [{ title: `Dry run of 100 objects (${runs} runs)`, table: contestTable(rows), notes: [] }];
}

if (import.meta.main) await runBenches(dryRun);
