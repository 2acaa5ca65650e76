import { execa } from "execa";
import { makeTempDir } from "../src/process/temp-dir.ts";
import { packageRoot } from "../src/util/package-root.ts";
import { runBenches } from "./support/run-benches.ts";
import { statistics } from "./support/statistics.ts";
import { formatMs, markdownTable, type Report } from "./support/table.ts";

const commands: string[][] = [["--version"], ["--help"], ["check", "--help"], ["status"]];
// Node's own account of its processor time, user and system, over all threads.
const account =
  "data:text/javascript,import{writeSync}from'node:fs';process.on('exit',()=>writeSync(3,JSON.stringify(process.cpuUsage())))";

/** Processor time of commands that need no control plane, compared with that of Node alone. */
export async function commandStart({ runs = 10 }: { runs?: number | undefined }): Promise<Report[]> {
  await using state = await makeTempDir("seatrial-bench-");
  const env = { SEATRIAL_STATE_DIR: state.path };
  const programs = [
    { name: "`node -e 0`", args: ["-e", "0"] },
    ...commands.map((args) => ({
      name: `\`seatrial ${args.join(" ")}\``,
      args: [`${packageRoot}bin/seatrial.js`, ...args],
    })),
  ];
  const measured = programs.map(() => [] as number[]);
  for (let run = 0; run < runs; run++) {
    for (const [index, { args }] of programs.entries()) measured[index]?.push(await processorTime(args, env));
  }
  const rows = programs.map(({ name }, index) => {
    const { median, min, max } = statistics(measured[index] ?? []);
    return [name, ...[median, min, max].map(formatMs)];
  });
  return [
    {
      title: `Processor time of a command (${runs} runs)`,
      table: markdownTable(["", "median", "min", "max"], rows),
      notes: ["User and system time of the process, all threads. `status` finds no control plane."],
    },
  ];
}

/** In milliseconds. */
async function processorTime(args: string[], env: Record<string, string>): Promise<number> {
  const { stdio } = await execa(process.execPath, ["--import", account, ...args], {
    env,
    stdio: ["ignore", "ignore", "ignore", "pipe"],
    reject: false,
  });
  const { user, system } = JSON.parse(String(stdio[3])) as NodeJS.CpuUsage;
  return (user + system) / 1000;
}

if (import.meta.main) await runBenches(commandStart);
