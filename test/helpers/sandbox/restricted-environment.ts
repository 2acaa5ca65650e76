import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { onTestFinished, type TestContext } from "vitest";
import { provideEngine } from "../../../src/engine/binary/provide-engine.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { repositoryPath } from "../repository/repository-path.ts";
import { skipLoudly } from "./skip-loudly.ts";

/** Restrictions for a program: a shell applies them, as root in Linux namespaces of its own, before it runs the program. */
export interface RestrictedEnvironment {
  /** A shell script. Its working directory `$WORK` is private and contains `tmp`. */
  prepare?: string;
  /** A command that runs the program, such as `setpriv …`. */
  prefix?: string;
  env?: Record<string, string>;
}

/** The output of `boot-and-use`. */
export interface BootReport {
  bootMs: number;
  replicas: number;
  dataDir: string;
  hostname: string;
  uid: number;
  code?: string;
  message?: string;
}

// Other processes see none of the mounts, host names and network interfaces.
const unshare = ["--mount", "--propagation", "private", "--uts", "--net", "--ipc"];

/** Skips the test, with the reason in the report, where this user may not create Linux namespaces. */
export async function skipWithoutLinuxNamespaces(context: Pick<TestContext, "skip" | "task">): Promise<void> {
  const { exitCode, stderr } = await execa("unshare", [...unshare, "ip", "link", "set", "lo", "up"], { reject: false });
  if (exitCode === 0) return;
  skipLoudly(context, `this user may not create Linux namespaces here: ${stderr || "unshare or ip is missing"}`);
}

/**
 * Runs a command in the environment, with only the loopback interface. The repository is at `$WORK/repo` and the engine at
 * `$WORK/engine`, where every user can read them.
 */
export async function runRestricted(command: string, restrictions: RestrictedEnvironment = {}) {
  const { path: work, remove } = await makeTempDir("st-restricted-");
  onTestFinished(remove);
  const root = repositoryPath();
  const engine = (await provideEngine()).path;
  // Node may be in the repository, whose own path may be inaccessible to other users.
  const node = (await realpath(process.execPath)).replace(await realpath(root), `${work}/repo/`).replaceAll("//", "/");
  const script = `set -eu
chmod 755 . && mkdir tmp repo && touch engine
mount --bind "$ROOT" repo && mount --bind "$ENGINE" engine
ip link set lo up
${restrictions.prepare ?? ""}
exec ${restrictions.prefix ?? ""} ${command}
`;
  const env = { WORK: work, ROOT: root, ENGINE: engine, NODE: node, TMPDIR: join(work, "tmp") };
  const run = await execa("unshare", [...unshare, "sh", "-c", script], {
    cwd: work,
    env: { ...env, SEATRIAL_ENGINE: join(work, "engine"), NO_COLOR: "1", ...restrictions.env },
    reject: false,
  });
  return { ...run, work };
}

/** Starts a control plane in the environment, installs a chart, stops, and resolves with the report. */
export async function bootRestricted(restrictions: RestrictedEnvironment = {}): Promise<BootReport> {
  const command = '"$NODE" "$WORK/repo/test/programs/boot-and-use.ts" "$WORK/repo/charts/web"';
  const { stdout, stderr } = await runRestricted(command, restrictions);
  if (stdout === "") throw new Error(`the program wrote nothing: ${stderr}`);
  return JSON.parse(stdout) as BootReport;
}
