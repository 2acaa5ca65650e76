import { existsSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { provideEngine } from "../../../../src/engine/binary/provide-engine.ts";
import { startGuarded } from "../../../../src/process/guarded-process.ts";
import { isRunning } from "../../../../src/process/process-group.ts";
import { makeTempDir } from "../../../../src/process/temp-dir.ts";
import { pollUntil } from "../../../../src/util/poll.ts";

/** A container engine for the tests of this process. */
export interface Daemon extends AsyncDisposable {
  /** For `DOCKER_HOST`. */
  readonly host: string;
}

const START_TIMEOUT_MS = 120_000;
const BRIDGE = /^st-(\d+)$/;

// runc cannot give a capability that this machine lacks, and privileged containers ask for all.
const runtime = `#!/bin/sh
previous= spec=
for argument; do
  [ "$previous" = --bundle ] && spec=$argument/config.json
  [ "$previous" = --process ] && spec=$argument
  previous=$argument
done
# CAP_SYS_RESOURCE is bit 24.
if [ -n "$spec" ] && ! grep -q '^CapBnd:.*[13579bdf]......$' /proc/self/status; then
  sed -i 's/"CAP_SYS_RESOURCE",//g; s/,"CAP_SYS_RESOURCE"//g' "$spec"
fi
exec runc "$@"
`;

/**
 * Starts a Docker daemon that shares nothing with another one: it runs in process and mount namespaces of its own, so that its
 * containers end with it, whatever ends this process; it changes neither the machine's firewall nor its routes.
 */
export async function startPrivateDaemon(): Promise<Daemon> {
  const dir = await makeTempDir("seatrial-docker-");
  const socket = join(dir.path, "docker.sock");
  await writeFile(join(dir.path, "runtime"), runtime, { mode: 0o755 });
  const bridge = await addBridge();
  const { path: enginePath } = await provideEngine();
  const daemon = startGuarded({
    enginePath,
    program: "unshare",
    args: [
      ...["--pid", "--fork", "--kill-child", "--mount", "--mount-proc", "dockerd"],
      ...[
        "--data-root",
        join(dir.path, "data"),
        "--exec-root",
        join(dir.path, "run"),
        "--pidfile",
        join(dir.path, "pid"),
      ],
      ...["--iptables=false", "--ip6tables=false", "--ip-masq=false", "--ip-forward=false", `--bridge=${bridge}`],
      ...[`--add-runtime=narrow=${join(dir.path, "runtime")}`, "--default-runtime=narrow", `--host=unix://${socket}`],
    ],
    env: { PATH: process.env.PATH ?? "", TMPDIR: dir.path, HOME: dir.path },
  });
  const stop = async () => {
    await daemon.stop();
    await execa("ip", ["link", "delete", bridge], { reject: false });
    await dir.remove();
  };
  const ended = daemon.ended.then((): never => {
    throw new Error(`dockerd has ended:\n${daemon.outputTail(20).join("\n")}`);
  });
  ended.catch(() => undefined);
  try {
    const answers = async () => {
      if (!existsSync(socket)) return undefined;
      const { exitCode } = await execa("curl", ["--silent", "--unix-socket", socket, "http://docker/_ping"], {
        reject: false,
      });
      return exitCode === 0 ? true : undefined;
    };
    await Promise.race([pollUntil(answers, { timeoutMs: START_TIMEOUT_MS, waitingFor: "dockerd to answer" }), ended]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { host: `unix://${socket}`, [Symbol.asyncDispose]: stop };
}

// A bridge of its own: two daemons on docker0 would give the same address twice. Its name says who removes it.
async function addBridge(): Promise<string> {
  for (const name of await readdir("/sys/class/net")) {
    const owner = BRIDGE.exec(name)?.[1];
    if (owner !== undefined && !isRunning(Number(owner)))
      await execa("ip", ["link", "delete", name], { reject: false });
  }
  const name = `st-${process.pid}`;
  // Of the block for benchmarks (RFC 2544), which no network of the machine uses.
  const address = `198.${18 + (process.pid % 2)}.${(process.pid >> 1) % 256}.1/24`;
  await execa("ip", ["link", "add", name, "type", "bridge"]);
  await execa("ip", ["address", "add", address, "dev", name]);
  await execa("ip", ["link", "set", name, "up"]);
  return name;
}
