import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { onTestFinished, type TestContext } from "vitest";
import { provideEngine } from "../../src/engine/binary/provide-engine.ts";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { skipLoudly } from "./skip-loudly.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A place that is hard to start in: what a shell does, as root in namespaces of its own, before it runs the program. */
export interface HardPlace {
  /** `$WORK` is a private folder, the working directory, with `tmp` in it. */
  prepare?: string;
  /** What stands before the program, such as `setpriv …`. */
  prefix?: string;
  env?: Record<string, string>;
}

/** What `boot-and-use` tells. */
export interface BootReport {
  bootMs: number;
  replicas: number;
  dataDir: string;
  hostname: string;
  uid: number;
  code?: string;
  message?: string;
}

// Everything in it is of this run: other processes see none of the mounts, names and interfaces.
const unshare = ["--mount", "--propagation", "private", "--uts", "--net", "--ipc"];

/** Skips the test, with the reason in the report, where the machine lets nobody make namespaces. */
export async function skipWithoutNamespaces(context: Pick<TestContext, "skip" | "task">): Promise<void> {
  const { exitCode, stderr } = await execa("unshare", [...unshare, "ip", "link", "set", "lo", "up"], { reject: false });
  if (exitCode === 0) return;
  skipLoudly(context, `this machine lets this user make no namespaces: ${stderr || "unshare or ip is missing"}`);
}

/**
 * Runs a command in the place, with only the loopback interface. The repository is at `$WORK/repo` and the engine at
 * `$WORK/engine`, where every user can read them.
 */
export async function runInPlace(command: string, place: HardPlace = {}) {
  const { path: work, remove } = await makeTempDir("st-place-");
  onTestFinished(remove);
  const engine = (await provideEngine()).path;
  // Node may belong to the repository, whose own path other users may not be able to reach.
  const node = (await realpath(process.execPath)).replace(await realpath(root), `${work}/repo/`).replaceAll("//", "/");
  const script = `set -eu
chmod 755 . && mkdir tmp repo && touch engine
mount --bind "$ROOT" repo && mount --bind "$ENGINE" engine
ip link set lo up
${place.prepare ?? ""}
exec ${place.prefix ?? ""} ${command}
`;
  const env = { WORK: work, ROOT: root, ENGINE: engine, NODE: node, TMPDIR: join(work, "tmp") };
  const run = await execa("unshare", [...unshare, "sh", "-c", script], {
    cwd: work,
    env: { ...env, SEATRIAL_ENGINE: join(work, "engine"), NO_COLOR: "1", ...place.env },
    reject: false,
  });
  return { ...run, work };
}

/** Starts a control plane in the place, installs a chart and stops; the report of that. */
export async function bootInPlace(place: HardPlace = {}): Promise<BootReport> {
  const command = '"$NODE" "$WORK/repo/test/programs/boot-and-use.ts" "$WORK/repo/charts/web"';
  const { stdout, stderr } = await runInPlace(command, place);
  if (stdout === "") throw new Error(`nothing came of the boot: ${stderr}`);
  return JSON.parse(stdout) as BootReport;
}
