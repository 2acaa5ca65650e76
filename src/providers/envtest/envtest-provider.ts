import { existsSync } from "node:fs";
import { join } from "node:path";
import { findFreePort } from "../../process/free-port.ts";
import type { GuardedProcess } from "../../process/guarded-process.ts";
import { Deadline } from "../../util/deadline.ts";
import { pollUntil } from "../../util/poll.ts";
import { waitForApiServer } from "../api-server.ts";
import { type NamedProcess, orEnd } from "../process-end.ts";
import type { ProvidedControlPlane, Provider, ProviderStart } from "../provider.ts";
import type { EnvtestOptions } from "./envtest-options.ts";
import { readAdminKubeconfig, writeEnvtestFiles } from "./files.ts";
import { type EnvtestAssets, findAssets } from "./find-assets.ts";
import { startApiServer, startEtcd } from "./programs.ts";

const name = "envtest";
const POLL_INTERVAL_MS = 20;
// Another process may take the free port first.
const PORT_ATTEMPTS = 3;

const capabilities = {
  pods: "none",
  controllers: false,
  simulates: false,
  answersWebhooks: false,
  owned: true,
  installs: true,
  clusterScoped: true,
  deletesNamespacesAtOnce: true,
} as const;

/** See {@link EnvtestOptions}. */
export function envtestProvider(options: EnvtestOptions): Provider {
  return { name, deletesNamespaces: true, start: async (start) => startPair(await findAssets(options), start) };
}

async function startPair(assets: EnvtestAssets, start: ProviderStart): Promise<ProvidedControlPlane> {
  const deadline = new Deadline(start.timeoutMs);
  const files = await writeEnvtestFiles(start.dir);
  const etcd: NamedProcess = { provider: name, program: "etcd", process: startEtcd(assets, start) };
  let apiServer: GuardedProcess | undefined;
  const stop = async () => {
    await apiServer?.stop();
    await etcd.process.stop();
  };
  try {
    const socket = join(start.dir, "etcd.sock");
    const listens = () => (existsSync(socket) ? true : undefined);
    await orEnd([etcd], pollUntil(listens, toPoll(start, deadline, "etcd to listen")));
    start.onStep?.("etcd");
    for (let attempt = 1; ; attempt++) {
      const port = await findFreePort();
      apiServer = startApiServer(assets, start, files, port);
      const server: NamedProcess = { provider: name, program: "kube-apiserver", process: apiServer };
      try {
        const writes = () => readAdminKubeconfig(files, port);
        const written = pollUntil(writes, toPoll(start, deadline, "kube-apiserver to write its certificate"));
        const kubeconfig = await orEnd([etcd, server], written);
        const ready = waitForApiServer(kubeconfig, toPoll(start, deadline, "kube-apiserver to be ready"));
        const kubernetes = await orEnd([etcd, server], ready);
        start.onStep?.("apiserver");
        const ended = orEnd([etcd, server], new Promise<never>(() => undefined)).catch((error: Error) => error.message);
        return { kubeconfig, capabilities, versions: { kubernetes, etcd: "" }, ended, stop };
      } catch (error) {
        const isTaken = apiServer.outputTail().some((line) => line.includes("address already in use"));
        if (!isTaken || attempt === PORT_ATTEMPTS) throw error;
      }
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

function toPoll({ signal }: ProviderStart, { remainingMs }: Deadline, waitingFor: string) {
  return { timeoutMs: remainingMs, intervalMs: POLL_INTERVAL_MS, waitingFor, signal };
}
