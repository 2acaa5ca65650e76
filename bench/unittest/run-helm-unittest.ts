import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

/** What a run of helm-unittest took, in milliseconds. */
export interface HelmUnittestTime {
  /** The whole process. */
  wallMs: number;
  /** The tests, by its own account. */
  testsMs: number;
  /** How many tests ran. */
  count: number;
}

/** Runs the tests of charts, or one suite file of them; rejects unless they all pass. */
export type HelmUnittestRun = (charts: readonly string[], file?: string) => Promise<HelmUnittestTime>;

// A chart's own suites, without those of the charts in it.
const ALL_SUITES = "tests/**/*_test.yaml";

/** How to run `program`, which writes its reports into `dir`. */
export function helmUnittestIn(dir: string, program: string): HelmUnittestRun {
  const report = join(dir, "report.xml");
  return async (charts, file = ALL_SUITES) => {
    const args = ["--with-subchart=false", "--file", file, "--output-type", "JUnit", "--output-file", report];
    const startedAt = performance.now();
    await execa(program, [...args, ...charts], { cwd: dir });
    const wallMs = performance.now() - startedAt;
    const times = [...(await readFile(report, "utf8")).matchAll(/<testcase [^>]*\btime="([\d.]+)"/g)];
    const testsMs = times.reduce((sum, [, seconds]) => sum + Number(seconds) * 1000, 0);
    return { wallMs, testsMs, count: times.length };
  };
}
