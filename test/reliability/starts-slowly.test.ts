import { chmod, cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it, onTestFinished } from "vitest";
import { provideEngine } from "../../src/engine/binary/provide-engine.ts";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { repositoryPath } from "../helpers/repository/repository-path.ts";
import { runCli } from "../helpers/run-cli.ts";
import { skipLoudly } from "../helpers/sandbox/skip-loudly.ts";
import { waitUntilNoTraces } from "../helpers/traces.ts";

const web = repositoryPath("charts/web");

async function makeDirectory(): Promise<string> {
  const { path, remove } = await makeTempDir("st-slow-");
  onTestFinished(remove);
  return path;
}

it("a check passes on a file system on which a sync takes 300 ms and every other operation 2 ms more", async (context) => {
  const directory = await makeDirectory();
  // strace delays the system calls themselves, whatever file system lies below.
  const syncs = "fsync,fdatasync,sync_file_range";
  const others = "pwrite64,openat,mkdirat,unlinkat";
  const strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e", `trace=${syncs},${others}`];
  const delays = ["-e", `inject=${syncs}:delay_enter=300000`, "-e", `inject=${others}:delay_enter=2000`];
  const { exitCode, stderr } = await execa(strace[0] ?? "", [...strace.slice(1), ...delays, "true"], { reject: false });
  if (exitCode !== 0) skipLoudly(context, `strace cannot slow a program down here: ${stderr || "it is not installed"}`);

  const engine = join(directory, "slow-engine");
  await writeFile(
    engine,
    `#!/bin/sh\nexec ${[...strace, ...delays].join(" ")} "${(await provideEngine()).path}" "$@"\n`,
  );
  await chmod(engine, 0o755);
  const env = { TMPDIR: directory, SEATRIAL_ENGINE: engine };
  const check = await runCli(["check", web, "--filter", "default", "--json"], { env });
  expect(check).toMatchObject({ exitCode: 0, stderr: expect.any(String) });
  const report = JSON.parse(check.stdout);
  expect(report.verdict).toBe("passed");
  await context.annotate(`ready after ${report.controlPlane.bootMs} ms, checked after ${report.durationMs} ms`);
  await waitUntilNoTraces(directory);
});

it("a check passes with spaces and letters beyond ASCII in the path of everything", async () => {
  const directory = await makeDirectory();
  const project = join(directory, "mein pröjekt 文");
  const tempDir = join(directory, "tmp ä b");
  await mkdir(tempDir);
  await cp(web, join(project, "chärts and more", "web"), { recursive: true });
  const { exitCode, stdout } = await runCli(["check", "--json"], { cwd: project, env: { TMPDIR: tempDir } });
  const { verdict, trials } = JSON.parse(stdout);
  expect({ exitCode, verdict }).toEqual({ exitCode: 0, verdict: "passed" });
  expect(trials[0].chart.path).toBe("chärts and more/web");
  await waitUntilNoTraces(directory);
});
