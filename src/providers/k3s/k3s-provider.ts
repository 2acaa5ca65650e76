import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { SeatrialError } from "../../errors/seatrial-error.ts";
import { parseKubeconfig } from "../../kube/kubeconfig.ts";
import { findOnPath } from "../../process/find-on-path.ts";
import { findFreePort } from "../../process/free-port.ts";
import { startGuarded } from "../../process/guarded-process.ts";
import { Deadline } from "../../util/deadline.ts";
import { readEnv } from "../../util/env.ts";
import { pollUntil } from "../../util/poll.ts";
import { waitForApiServer, waitForServiceAccount } from "../api-server.ts";
import { type NamedProcess, orEnd } from "../process-end.ts";
import type { ProvidedControlPlane, Provider, ProviderStart } from "../provider.ts";
import type { K3sOptions } from "./k3s-options.ts";
import { type K3sFiles, k3sFiles, serverArguments } from "./server-arguments.ts";

const name = "k3s";
const POLL_INTERVAL_MS = 50;
// Another process may take the free port, or the port after it, first.
const PORT_ATTEMPTS = 3;

const capabilities = {
  pods: "none",
  controllers: true,
  simulates: false,
  answersWebhooks: false,
  owned: true,
  installs: true,
  clusterScoped: true,
  deletesNamespacesAtOnce: false,
} as const;

/** See {@link K3sOptions}. */
export function k3sProvider(options: K3sOptions): Provider {
  return { name, deletesNamespaces: false, start: async (start) => startK3s(await findK3s(options), start) };
}

/** Finds the program. Rejects with `SEATRIAL_PROVIDER` when it does not exist or may not be executed. */
export async function findK3s({ path }: Pick<K3sOptions, "path">): Promise<string> {
  // A path is looked up in no directory of PATH.
  const found =
    path === undefined ? await findOnPath("k3s", readEnv("PATH") ?? "") : await findOnPath(resolve(path), "/");
  if (found !== undefined) return found;
  const problem = path === undefined ? "k3s is not on PATH" : `${path} is not a program`;
  throw new SeatrialError("SEATRIAL_PROVIDER", `The provider k3s lacks its program: ${problem}`, {
    hint: "install K3s as https://docs.k3s.io describes, without starting its service, or set the option `path`",
  });
}

async function startK3s(program: string, start: ProviderStart): Promise<ProvidedControlPlane> {
  const deadline = new Deadline(start.timeoutMs);
  const files = await writeFiles(start.dir);
  for (let attempt = 1; ; attempt++) {
    const k3s = run(program, files, start, await findFreePort());
    try {
      return await whenReady(k3s, files, start, deadline);
    } catch (error) {
      await k3s.process.stop();
      const isTaken = k3s.process.outputTail().some((line) => line.includes("address already in use"));
      if (!isTaken || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

// Versions of K3s that look for the plug-in whatever the flags end without it. It is called only for Pods on a node.
async function writeFiles(dir: string): Promise<K3sFiles> {
  const files = k3sFiles(dir);
  await mkdir(files.programs, { mode: 0o700 });
  await writeFile(files.config, "", { mode: 0o600 });
  const plugin = join(files.programs, "host-local");
  await writeFile(plugin, "#!/bin/sh\nexit 1\n");
  await chmod(plugin, 0o700);
  return files;
}

function run(program: string, files: K3sFiles, { enginePath, dir }: ProviderStart, port: number): NamedProcess {
  const env = { HOME: dir, TMPDIR: dir, PATH: `${files.programs}:${readEnv("PATH") ?? ""}` };
  const args = serverArguments(files, port);
  return { provider: name, program: name, process: startGuarded({ enginePath, program, args, cwd: dir, env }) };
}

async function whenReady(
  k3s: NamedProcess,
  files: K3sFiles,
  { signal, onStep }: ProviderStart,
  deadline: Deadline,
): Promise<ProvidedControlPlane> {
  const lastSeen = () => k3s.process.outputTail(1)[0];
  const poll = (waitingFor: string) => ({
    timeoutMs: deadline.remainingMs,
    intervalMs: POLL_INTERVAL_MS,
    waitingFor,
    lastSeen,
    signal,
  });
  const written = pollUntil(() => readKubeconfig(files.kubeconfig), poll("k3s to write its kubeconfig"));
  const kubeconfig = await orEnd([k3s], written);
  const kubernetes = await orEnd([k3s], waitForApiServer(kubeconfig, poll("k3s' API server to be ready")));
  onStep?.("apiserver");
  await orEnd([k3s], waitForServiceAccount(kubeconfig, poll("k3s' controllers to create the default ServiceAccount")));
  onStep?.("controllers");
  const ended = orEnd([k3s], new Promise<never>(() => undefined)).catch((error: Error) => error.message);
  return { kubeconfig, capabilities, versions: { kubernetes, etcd: "" }, ended, stop: () => k3s.process.stop() };
}

// K3s writes the file in several steps.
async function readKubeconfig(path: string): Promise<string | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { tls, token } = parseKubeconfig(text);
    return tls.key === undefined && token === undefined ? undefined : text;
  } catch {
    return undefined;
  }
}
