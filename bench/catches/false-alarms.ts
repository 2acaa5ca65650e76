import { cp, readdir, readFile, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { load } from "js-yaml";
import { runSeatrial } from "./run-seatrial.ts";
import type { Contest } from "./try-opponents.ts";

/** What the tools say about one chart that its users consider right. */
export interface FalseAlarm {
  chart: string;
  /** The number of texts of each tool; for seatrial, of its errors. */
  counts: Record<string, number>;
  /** What seatrial says, warnings included. */
  seatrial: string[];
  /** Why seatrial could not check it. */
  notChecked: string[];
}

/** Tries the charts below `charts`, each with its default values. */
export async function findFalseAlarms(
  charts: string,
  { dir, enginePath, contest }: { dir: string; enginePath: string; contest: Contest },
): Promise<FalseAlarm[]> {
  const directories = await findCharts(charts);
  if (directories.length === 0) throw new Error(`${charts} has no directory with a Chart.yaml`);
  const copies = join(dir, "good-charts");
  const paths = directories.map((directory) => join(copies, basename(directory)));
  for (const [index, directory] of directories.entries()) {
    const copy = paths[index] as string;
    await cp(directory, copy, { recursive: true });
    // Other cases need objects that their authors pass, such as definitions of an operator.
    await rm(join(copy, "ci"), { recursive: true, force: true });
  }
  console.error(`seatrial check: ${paths.length} charts of ${charts} …`);
  const { reports } = await runSeatrial({ command: "check", args: [], paths }, dir, enginePath);
  const alarms: FalseAlarm[] = [];
  for (const directory of paths) {
    const report = reports.get(directory);
    const errors = report?.findings.filter(({ severity }) => severity === "error") ?? [];
    const { name } = load(await readFile(join(directory, "Chart.yaml"), "utf8")) as { name: string };
    const complaints = await contest.complaintsOf({
      directory,
      releaseName: name,
      valuesFiles: [],
      kubeVersion: undefined,
    });
    alarms.push({
      chart: basename(directory),
      counts: {
        seatrial: errors.length,
        ...Object.fromEntries([...complaints].map(([tool, texts]) => [tool, texts.length])),
      },
      seatrial:
        report?.findings.map(({ severity, reason, object, message }) =>
          [severity, reason, object?.kind, object?.name, message].filter((part) => part !== undefined).join(" · "),
        ) ?? [],
      notChecked: report?.errors ?? [],
    });
  }
  return alarms;
}

async function findCharts(directory: string): Promise<string[]> {
  if (await isFile(join(directory, "Chart.yaml"))) return [directory];
  const entries = await readdir(directory, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries
    .filter((one) => one.isDirectory())
    .sort((one, other) => (one.name < other.name ? -1 : 1))) {
    if (await isFile(join(directory, entry.name, "Chart.yaml"))) found.push(join(directory, entry.name));
  }
  return found;
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
