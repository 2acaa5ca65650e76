import { readFile } from "node:fs/promises";

/** What `go build -debug-actiongraph=FILE` writes about one action. */
interface Action {
  Mode: string;
  Package: string;
  TimeStart?: string;
  TimeDone?: string;
  CmdUser?: number;
  CmdSys?: number;
}

/** The compilation of one package, or the linking of a program. */
export interface BuildStep {
  package: string;
  isLink: boolean;
  /** User and system time of the compiler or the linker, in milliseconds. */
  processorMs: number;
}

/** A whole build. */
export interface BuildTimes {
  /** From the start of the first step to the end of the last one, in milliseconds. */
  wallMs: number;
  steps: BuildStep[];
}

/** Reads the file that `go build -debug-actiongraph` wrote. Packages that Go's cache had are left out. */
export async function readActionGraph(path: string): Promise<BuildTimes> {
  const actions = JSON.parse(await readFile(path, "utf8")) as Action[];
  const ran = actions.filter(({ CmdUser, CmdSys }) => (CmdUser ?? 0) + (CmdSys ?? 0) > 0);
  const times = ran.flatMap(({ TimeStart, TimeDone }) => [Date.parse(TimeStart ?? ""), Date.parse(TimeDone ?? "")]);
  return {
    wallMs: Math.max(...times) - Math.min(...times),
    steps: ran.map((action) => ({
      package: action.Package,
      isLink: action.Mode === "link",
      processorMs: ((action.CmdUser ?? 0) + (action.CmdSys ?? 0)) / NANOSECONDS,
    })),
  };
}

const NANOSECONDS = 1e6;
