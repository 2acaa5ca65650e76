import { join } from "node:path";
import { type GuardedProcess, startGuarded } from "../../process/guarded-process.ts";
import type { EnvtestFiles } from "./files.ts";
import type { EnvtestAssets } from "./find-assets.ts";

// Relative to the working directory: a socket's path has at most 107 bytes. No other user can reach etcd by them.
const CLIENT_SOCKET = "unix://etcd.sock";
const PEER_SOCKET = "unix://etcd-peer.sock";

/** Where a program runs. */
export interface ProgramPlace {
  enginePath: string;
  /** The working directory. */
  dir: string;
}

/** Starts etcd on unix sockets. */
export function startEtcd({ etcd }: EnvtestAssets, place: ProgramPlace): GuardedProcess {
  return start(etcd, place, [
    `--data-dir=${join(place.dir, "etcd")}`,
    `--listen-client-urls=${CLIENT_SOCKET}`,
    `--advertise-client-urls=${CLIENT_SOCKET}`,
    `--listen-peer-urls=${PEER_SOCKET}`,
    `--initial-advertise-peer-urls=${PEER_SOCKET}`,
    `--initial-cluster=default=${PEER_SOCKET}`,
    "--unsafe-no-fsync=true",
  ]);
}

/** Starts kube-apiserver on a port of 127.0.0.1, with envtest's flags. */
export function startApiServer(
  { apiServer }: EnvtestAssets,
  place: ProgramPlace,
  files: EnvtestFiles,
  port: number,
): GuardedProcess {
  return start(apiServer, place, [
    `--etcd-servers=${CLIENT_SOCKET}`,
    `--cert-dir=${files.certificates}`,
    `--token-auth-file=${files.tokens}`,
    `--secure-port=${port}`,
    "--bind-address=127.0.0.1",
    // Found by a route otherwise, which a sandbox may lack.
    "--advertise-address=127.0.0.1",
    "--endpoint-reconciler-type=none",
    `--service-account-issuer=https://127.0.0.1:${port}/`,
    `--service-account-key-file=${files.accountKey}`,
    `--service-account-signing-key-file=${files.accountKey}`,
    "--service-cluster-ip-range=10.0.0.0/24",
    "--disable-admission-plugins=ServiceAccount",
    "--authorization-mode=RBAC",
    "--allow-privileged=true",
  ]);
}

function start(program: string, { enginePath, dir }: ProgramPlace, args: string[]): GuardedProcess {
  return startGuarded({ enginePath, program, args, cwd: dir, env: { HOME: dir, TMPDIR: dir } });
}
