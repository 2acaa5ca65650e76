import { throwIfStale } from "../test/helpers/run-cli.ts";
import { contest } from "./support/contest.ts";
import type { BenchOptions } from "./support/options.ts";
import { runBenches } from "./support/run-benches.ts";
import { makeSpecProject, type SpecWork } from "./support/spec-project.ts";
import { statistics } from "./support/statistics.ts";
import { formatMs, markdownTable, type Report } from "./support/table.ts";

const FILES = 30;

const ways: { work: SpecWork; name: string }[] = [
  { work: "vitest", name: "vitest alone, each does nothing" },
  { work: "idle", name: "with seatrial, each does nothing" },
  { work: "install", name: "with seatrial, each installs and uninstalls a chart of 3 objects" },
];

/** A whole run of vitest over 30 spec files: what seatrial adds to vitest's own time. */
export async function specs({ runs = 3, enginePath, isIdle }: BenchOptions): Promise<Report[]> {
  throwIfStale();
  const chosen = ways.filter(({ work }) => !isIdle || work !== "install");
  await using projects = new AsyncDisposableStack();
  const contenders = await Promise.all(
    chosen.map(async ({ work, name }) => {
      const project = projects.use(await makeSpecProject(work, FILES, enginePath));
      const processor: number[] = [];
      const run = async () => {
        const { wallMs, processorMs } = await project.run();
        processor.push(processorMs);
        return wallMs;
      };
      return { name, run, processor };
    }),
  );
  const walls = await contest(contenders, { runs });
  const rows = walls.map((row, index) => {
    const processor = statistics(contenders[index]?.processor.slice(-runs) ?? []).median;
    return { ...row, processor };
  });
  const [alone = { median: Number.NaN, processor: Number.NaN }] = rows;
  const cells = rows.map(({ name, median, min, max, processor }, index) => {
    const over = [median - alone.median, processor - alone.processor].map((ms) => formatMs(ms / FILES));
    return [name, ...[median, min, max, processor].map(formatMs), ...(index === 0 ? ["", ""] : over)];
  });
  return [
    {
      title: `A run of ${FILES} spec files (${runs} runs)`,
      table: markdownTable(
        ["", "median", "min", "max", "processor", "over vitest's own, per file", "processor"],
        cells,
      ),
      notes: [
        "From the start of vitest to its end, with the start and the end of the control plane, which all files share. " +
          "vitest chooses the number of workers and gives each file a process of its own, which loads seatrial again. The processor time is that of all processes, the engine included.",
      ],
    },
  ];
}

if (import.meta.main) await runBenches(specs);
