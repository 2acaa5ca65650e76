import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { toBuildFlags } from "../../src/engine/binary/build-flags.ts";
import { defaultBuildPaths, engineTarget } from "../../src/engine/binary/build-paths.ts";
import { type EngineSources, readEngineSources } from "../../src/engine/binary/engine-sources.ts";
import { runGo } from "../../src/engine/binary/go.ts";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { describeMachine } from "../support/machine.ts";
import { markdownTable } from "../support/table.ts";
import { type BuildStep, readActionGraph } from "./action-graph.ts";

const usage = `Builds the engine with an empty cache of Go, and shows what takes the time: by module and by package.

node bench/build/engine.ts [--graph FILE]

--graph shows the times of a build that is over: a file that \`go build -debug-actiongraph=FILE\` wrote.
Needs Go; takes about 9 minutes and 3 GB in the temporary directory.`;

const LARGEST = 20;

const { values } = parseArgs({ options: { help: { type: "boolean" }, graph: { type: "string" } } });
if (values.help) {
  console.log(usage);
} else {
  const paths = defaultBuildPaths();
  const sources = await readEngineSources(paths.sourceDir);
  if (sources === undefined) throw new Error(`There are no engine sources in ${paths.sourceDir}`);
  await using dir = await makeTempDir("seatrial-bench-");
  const graph = values.graph ?? (await build(sources, toBuildFlags(sources, paths.version), dir.path));
  const { wallMs, steps } = await readActionGraph(graph);
  const modules = await listModules(sources);
  const processorMs = sum(steps);
  if (values.graph === undefined) console.log(`${await describeMachine(await builtEngine(dir.path))}\n`);
  console.log(
    `${seconds(wallMs)} from the first compiler to the linker's end, ${seconds(processorMs)} of processor time\n`,
  );
  console.log(
    table(
      "Module",
      groupBy(steps, (step) => moduleOf(step, modules)),
    ),
  );
  console.log(
    `\n${table(
      "Package",
      groupBy(steps, (step) => (step.isLink ? "linking" : step.package)),
    )}`,
  );
}

async function build(sources: EngineSources, flags: string[], dir: string): Promise<string> {
  const graph = join(dir, "actions.json");
  const args = [
    "build",
    `-debug-actiongraph=${graph}`,
    ...flags,
    "-o",
    `${join(dir, "out")}/`,
    ...engineTarget.packages,
  ];
  await execa("go", args, {
    cwd: sources.dir,
    env: { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off", GOCACHE: join(dir, "cache") },
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
  });
  return graph;
}

async function builtEngine(dir: string): Promise<string> {
  const [name = ""] = await readdir(join(dir, "out"));
  return join(dir, "out", name);
}

/** The module of each package of the engine; the standard library's packages have none. */
async function listModules({ dir }: EngineSources): Promise<Map<string, string>> {
  const template = "{{.ImportPath}}\t{{with .Module}}{{.Path}}{{end}}";
  const { stdout } = await runGo(["list", "-deps", "-f", template, ...engineTarget.packages], { cwd: dir });
  return new Map(stdout.split("\n").map((line) => line.split("\t") as [string, string]));
}

function moduleOf(step: BuildStep, modules: Map<string, string>): string {
  return step.isLink ? "linking" : modules.get(step.package) || "Go's standard library";
}

interface Group {
  name: string;
  steps: BuildStep[];
}

function groupBy(steps: readonly BuildStep[], nameOf: (step: BuildStep) => string): Group[] {
  return [...Map.groupBy(steps, nameOf)].map(([name, members]) => ({ name, steps: members }));
}

function table(head: string, groups: readonly Group[]): string {
  const total = sum(groups.flatMap(({ steps }) => steps));
  const sorted = groups.toSorted((one, other) => sum(other.steps) - sum(one.steps));
  const rest = sorted.slice(LARGEST);
  const shown = [
    ...sorted.slice(0, LARGEST),
    { name: `${rest.length} others`, steps: rest.flatMap(({ steps }) => steps) },
    { name: "all", steps: groups.flatMap(({ steps }) => steps) },
  ];
  return markdownTable(
    [head, "packages", "processor time", "share"],
    shown.map(({ name, steps }) => [
      name,
      `${steps.filter(({ isLink }) => !isLink).length}`,
      seconds(sum(steps)),
      `${((100 * sum(steps)) / total).toFixed(1)} %`,
    ]),
  );
}

function sum(steps: readonly BuildStep[]): number {
  return steps.reduce((total, { processorMs }) => total + processorMs, 0);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
