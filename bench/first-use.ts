import { join } from "node:path";
import { makeTempDir } from "../src/process/temp-dir.ts";
import { startLocalRegistry } from "../test/helpers/registry/local-registry.ts";
import { type FirstUse, prepareMachine, useFirst } from "./first-use/fresh-project.ts";
import { packPublished } from "./first-use/published-packages.ts";
import type { BenchOptions } from "./support/options.ts";
import { runBenches } from "./support/run-benches.ts";
import { statistics } from "./support/statistics.ts";
import { formatMs, markdownTable, type Report } from "./support/table.ts";

const rows: { name: string; of(use: FirstUse): number }[] = [
  { name: "**`npm install`, to the first green test**", of: ({ install, firstTest }) => install + firstTest },
  { name: "`npm install --save-dev vitest seatrial`", of: ({ install }) => install },
  { name: "the first `npx vitest run`, with one test", of: ({ firstTest }) => firstTest },
  { name: "of this, unpacking the engine", of: ({ unpack }) => unpack },
  { name: "a further `npx vitest run`", of: ({ nextTest }) => nextTest },
];

/** The first use of the packages in a new project: npm's cache is warm, that of engines is empty, and Go is not on PATH. */
export async function firstUse({ runs = 3, enginePath }: BenchOptions): Promise<Report[]> {
  await using dir = await makeTempDir("seatrial-bench-");
  const { version, paths, archiveBytes, programBytes } = await packPublished(join(dir.path, "release"), enginePath);
  const registry = await startLocalRegistry();
  try {
    for (const path of paths) await registry.add(path);
    await prepareMachine(dir.path);
    const machine = { directory: dir.path, registry: registry.url, version };
    // Fills npm's cache.
    await useFirst(machine);
    const uses: FirstUse[] = [];
    while (uses.length < runs) uses.push(await useFirst(machine));
    const cells = rows.map(({ name, of }) => {
      const { median, min, max } = statistics(uses.map(of));
      return [name, ...[median, min, max].map(formatMs)];
    });
    const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
    return [
      {
        title: `First use from the packages (${runs} runs)`,
        table: markdownTable(["", "median", "min", "max"], cells),
        notes: [
          `The engine has ${megabytes(programBytes)}, compressed ${megabytes(archiveBytes)}. The registry is a process on this machine; ` +
            "npm asks it for the versions, and takes the packages from its cache. The test makes a dry run of a chart of 3 objects " +
            "and installs it; a run includes the start of a control plane.",
        ],
      },
    ];
  } finally {
    await registry.close();
  }
}

if (import.meta.main) await runBenches(firstUse);
