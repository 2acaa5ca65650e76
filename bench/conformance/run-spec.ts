import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import type { Spec } from "./spec.ts";

/** What became of a spec. */
export interface SpecOutcome extends Spec {
  passed: boolean;
  /** Whether it failed next to other specs before it ran alone. */
  wasAlone?: boolean;
  seconds: number;
  /** Why the spec failed, in its own words; empty when it passed. */
  failure: string;
}

interface GinkgoReport {
  SpecReports: {
    LeafNodeType: string;
    State: string;
    RunTime: number;
    Failure?: { Message: string };
    AdditionalFailures?: { Failure: { Message: string } }[];
  }[];
}

/**
 * Runs one spec in a process of its own, against the control plane of `kubeconfigPath`, and ends it after `limit`, such as `7m`.
 * The longest specs that pass wait for minutes of a CronJob.
 */
export async function runSpec(e2e: string, kubeconfigPath: string, spec: Spec, limit: string): Promise<SpecOutcome> {
  await using dir = await makeTempDir("seatrial-conformance-");
  const report = join(dir.path, "report.json");
  const { all, exitCode } = await execa(
    e2e,
    [
      `--kubeconfig=${kubeconfigPath}`,
      "--provider=local",
      "--disable-log-dump",
      "--dump-logs-on-failure=false",
      "--minStartupPods=0",
      "--allowed-not-ready-nodes=-1",
      `--report-dir=${dir.path}`,
      `--ginkgo.focus=${escapeRegExp(spec.name)}`,
      `--ginkgo.timeout=${limit}`,
      "--ginkgo.grace-period=5s",
      "--ginkgo.no-color",
      `--ginkgo.json-report=${report}`,
    ],
    { cwd: dir.path, env: { HOME: dir.path }, reject: false, all: true, stdin: "ignore", maxBuffer: 50_000_000 },
  );
  const ran = await readReport(report);
  if (ran === undefined) {
    return {
      ...spec,
      passed: false,
      seconds: 0,
      failure: `not run (exit code ${exitCode}): ${String(all).slice(-2000)}`,
    };
  }
  const failures = [ran.Failure, ...(ran.AdditionalFailures ?? []).map(({ Failure }) => Failure)];
  return {
    ...spec,
    passed: ran.State === "passed",
    seconds: ran.RunTime / 1e9,
    failure:
      ran.State === "passed" ? "" : [ran.State, ...failures.map((one) => one?.Message ?? "")].join("\n").slice(0, 8000),
  };
}

async function readReport(path: string) {
  const text = await readFile(path, "utf8").catch(() => "");
  // A process that was killed has left an empty file.
  if (text === "") return undefined;
  const [suite] = JSON.parse(text) as GinkgoReport[];
  return suite?.SpecReports.find(({ LeafNodeType, State }) => LeafNodeType === "It" && State !== "skipped");
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
