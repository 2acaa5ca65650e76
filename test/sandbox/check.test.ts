import { beforeAll, describe, expect, it } from "vitest";
import type { DoctorReport } from "../../src/doctor/facts.ts";
import { provideEngine } from "../../src/engine/binary/provide-engine.ts";
import type { JsonReport } from "../../src/report/json.ts";
import { Configuration } from "../../src/trial/config/configuration.ts";
import { planTrials } from "../../src/trial/plan-trials.ts";
import { throwIfStale } from "../helpers/run-cli.ts";
import { findGvisor, node, runInGvisor, sandboxUser } from "../helpers/sandbox/gvisor.ts";

const gvisor = await findGvisor();
const reportAndRun = "fixtures/sandbox/report-and-run.sh";

async function seatrialInGvisor(...args: string[]) {
  throwIfStale();
  const { path: enginePath } = await provideEngine();
  const command = ["sh", reportAndRun, node, "bin/seatrial.js", ...args];
  const { exitCode, stdout, stderr } = await runInGvisor(gvisor, { args: command, enginePath, timeoutMs: 480_000 });
  const lines = stderr.split("\n").map((line) => /^(\w+)=(.*)$/.exec(line) ?? ["", "", line]);
  const reported = (name: string) => lines.flatMap(([, key, value = ""]) => (key === name ? [value.trim()] : []));
  return { exitCode, stdout, stderr, reported };
}

// Skipped where gVisor cannot run; scripts/test.mjs says so in a block of its own.
describe.skipIf(gvisor.reason !== undefined)("in gVisor, as an unprivileged user without network", () => {
  let check: Awaited<ReturnType<typeof seatrialInGvisor>>;
  let report: JsonReport;

  beforeAll(async () => {
    check = await seatrialInGvisor("check", "charts", "--json");
    report = JSON.parse(check.stdout || "null");
  });

  it("seatrial check charts exits with 0", () => {
    expect({ exitCode: check.exitCode, error: report?.error }, check.stderr).toEqual({ exitCode: 0 });
  });

  it("passes every case of every chart, and no other", async () => {
    await using configuration = await Configuration.open();
    const { plans } = await planTrials(["charts"], { configuration });
    expect(plans.length).toBeGreaterThan(4);
    expect(report.trials.map(({ id, verdict }) => ({ id, verdict }))).toEqual(
      plans.map(({ id }) => ({ id, verdict: "passed" })),
    );
    expect(report).toMatchObject({
      verdict: "passed",
      counts: { passed: plans.length, failed: 0, errored: 0, skipped: 0 },
    });
  });

  it("starts a control plane of its own", () => {
    expect(report.controlPlane?.bootMs).toBeGreaterThan(0);
  });

  it("really is in gVisor: its kernel, no capability, no interface but lo, and only /tmp writable", () => {
    const { reported } = check;
    expect(reported("kernel")).toEqual([expect.stringMatching(/^Linux version 4\.4\.0 /)]);
    expect(reported("said")).toEqual([expect.stringContaining("Starting gVisor...")]);
    expect(reported("uid")).toEqual([String(sandboxUser)]);
    expect(reported("capabilities")).toEqual(["0000000000000000"]);
    expect(reported("interfaces")).toEqual(["lo"]);
    expect(reported("writable")).toEqual(["/tmp"]);
  });

  it("seatrial doctor finds nothing that prevents a start", async () => {
    const { exitCode, stdout } = await seatrialInGvisor("doctor", "--json");
    const facts = JSON.parse(stdout) as DoctorReport;
    expect(facts.problems.filter(({ severity }) => severity === "error")).toEqual([]);
    expect({ exitCode, canBoot: facts.canBoot, user: facts.user }).toEqual({
      exitCode: 0,
      canBoot: true,
      user: { uid: sandboxUser, name: null, capabilities: expect.objectContaining({ effective: 0 }) },
    });
    expect(facts.sandbox).toContainEqual({ kind: "gVisor", evidence: "/proc/version" });
  });
});
