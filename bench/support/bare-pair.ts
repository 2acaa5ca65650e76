import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";

// envtest's own (controller-runtime, pkg/internal/testing/process).
const POLL_INTERVAL_MS = 100;

/** etcd and kube-apiserver, healthy. */
export interface BarePair extends AsyncDisposable {
  /** From the start of etcd's process to a healthy API server, in milliseconds. */
  bootMs: number;
  etcdPid: number;
  apiServerPid: number;
}

/**
 * Starts etcd and kube-apiserver as envtest does: with its flags, one after the other, and with a health check every
 * 100 ms. The time does not include what envtest does before that: certificates, free ports, and `--help` of both
 * programs, whose flags it reads.
 */
export async function startBarePair(program: string): Promise<BarePair> {
  const dir = await makeTempDir("seatrial-bench-");
  try {
    await execa(program, ["certificates", dir.path]);
    const [clientPort, peerPort, apiPort] = await freePorts(3);
    const etcdUrl = `http://127.0.0.1:${clientPort}`;
    const apiUrl = `https://127.0.0.1:${apiPort}`;
    return await start(program, dir, { etcdUrl, peerUrl: `http://127.0.0.1:${peerPort}`, apiUrl, apiPort });
  } catch (error) {
    await dir.remove();
    throw error;
  }
}

interface Addresses {
  etcdUrl: string;
  peerUrl: string;
  apiUrl: string;
  apiPort: number | undefined;
}

async function start(program: string, dir: TempDir, { etcdUrl, peerUrl, apiUrl, apiPort }: Addresses) {
  const startedAt = performance.now();
  const etcd = run(program, [
    "etcd",
    `--data-dir=${join(dir.path, "etcd")}`,
    `--listen-peer-urls=${peerUrl}`,
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    "--unsafe-no-fsync=true",
  ]);
  let apiServer: ReturnType<typeof run> | undefined;
  const stop = async () => {
    for (const child of [apiServer, etcd]) {
      child?.kill("SIGKILL");
      await child;
    }
    await dir.remove();
  };
  try {
    await becomeHealthy(etcd, `${etcdUrl}/health`);
    apiServer = run(program, [
      "kube-apiserver",
      `--etcd-servers=${etcdUrl}`,
      `--cert-dir=${dir.path}`,
      `--client-ca-file=${join(dir.path, "client-cert-auth-ca.crt")}`,
      `--secure-port=${apiPort}`,
      "--bind-address=127.0.0.1",
      `--service-account-issuer=${apiUrl}/`,
      `--service-account-key-file=${join(dir.path, "sa-signer.crt")}`,
      `--service-account-signing-key-file=${join(dir.path, "sa-signer.key")}`,
      "--service-cluster-ip-range=10.0.0.0/24",
      "--disable-admission-plugins=ServiceAccount",
      "--authorization-mode=RBAC",
      "--allow-privileged=true",
    ]);
    await becomeHealthy(apiServer, `${apiUrl}/healthz`);
    const bootMs = performance.now() - startedAt;
    return { bootMs, etcdPid: etcd.pid ?? 0, apiServerPid: apiServer.pid ?? 0, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function run(program: string, args: string[]) {
  return execa(program, args, { stdin: "ignore", stdout: "ignore", reject: false, maxBuffer: 50_000_000 });
}

async function becomeHealthy(child: ReturnType<typeof run>, url: string): Promise<void> {
  const dead = child.then(({ exitCode, stderr }) => {
    throw new Error(`${url}: the process ended with exit code ${exitCode}\n${String(stderr).slice(-2000)}`);
  });
  const healthy = (async () => {
    while (!(await isHealthy(url))) await delay(POLL_INTERVAL_MS);
  })();
  await Promise.race([healthy, dead]);
}

function isHealthy(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = url.startsWith("https:") ? httpsRequest(url, { rejectUnauthorized: false }) : httpRequest(url);
    request.once("error", () => resolve(false));
    request.once("response", (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.end();
  });
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
