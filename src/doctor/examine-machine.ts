import { statePaths } from "../background/state-directory.ts";
import { defaultBuildPaths, platformName } from "../engine/binary/build-paths.ts";
import { tempBaseDir } from "../process/temp-dir.ts";
import { readPackageVersion } from "../util/package-root.ts";
import type { DoctorReport, Facts } from "./facts.ts";
import type { Machine } from "./machine.ts";
import { probeBackground } from "./probes/background.ts";
import { probeDirectory, probeTempDirectory } from "./probes/directories.ts";
import { probeEngine } from "./probes/engine.ts";
import { probeLoopback } from "./probes/loopback.ts";
import { probeMemory } from "./probes/memory.ts";
import { probeProviders } from "./probes/providers.ts";
import { probeProxies } from "./probes/proxies.ts";
import { probeRealNode } from "./probes/real-node.ts";
import { probeSandbox } from "./probes/sandbox.ts";
import { probeDocker, probeTool } from "./probes/tools.ts";
import { probeUser } from "./probes/user.ts";
import { findProblems } from "./problems.ts";

/**
 * Examines this machine: what a control plane would use and what would prevent its start. Starts no control plane, talks to no
 * cluster and opens no kubeconfig. Each probe is abandoned after `machine.timeoutMs`; most run concurrently.
 */
export async function examineMachine(machine: Machine): Promise<DoctorReport> {
  const facts = await gatherFacts(machine);
  const problems = findProblems(facts);
  const canBoot = problems.every(({ severity }) => severity !== "error");
  return { schemaVersion: 1, canBoot, problems, ...facts };
}

async function gatherFacts(machine: Machine): Promise<Facts> {
  // Before any program is started, which takes so long in some sandboxes that it would look like a slow disk.
  const [temp, cache, state, loopback, controlPlane, memory, user] = await Promise.all([
    probeTempDirectory(machine, tempBaseDir()),
    probeDirectory(machine, defaultBuildPaths().cacheDir),
    probeDirectory(machine, statePaths().directory),
    probeLoopback(machine),
    probeBackground(machine),
    probeMemory(machine),
    probeUser(machine),
  ]);
  const askGo = probeTool(machine, "go");
  const [engine, go, helm, kubectl, docker, k3s, realNode, sandbox] = await Promise.all([
    askGo.then((found) => probeEngine(machine, found)),
    askGo,
    probeTool(machine, "helm"),
    probeTool(machine, "kubectl"),
    probeDocker(machine),
    probeTool(machine, "k3s"),
    probeRealNode(machine),
    probeSandbox(machine),
  ]);
  const providers = await probeProviders(machine, { engine, k3s });
  return {
    seatrial: readPackageVersion(),
    platform: platformName,
    engine,
    node: { version: process.version, path: process.execPath },
    go,
    helm,
    kubectl,
    docker,
    k3s,
    realNode,
    sandbox,
    user,
    memory,
    directories: { temp, cache, state },
    loopback,
    providers,
    controlPlane,
    proxies: probeProxies(machine),
  };
}
