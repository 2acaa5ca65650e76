import { statePaths } from "../background/state-file.ts";
import { defaultBuildPaths, platformName } from "../engine/binary/build-paths.ts";
import { tempBaseDir } from "../process/temp-dir.ts";
import { readPackageVersion } from "../util/package-root.ts";
import type { DoctorReport } from "./facts.ts";
import type { Machine } from "./machine.ts";
import { probeBackground } from "./probes/background.ts";
import { probeEngine } from "./probes/engine.ts";
import { probeFolder, probeTempFolder } from "./probes/folders.ts";
import { probeLoopback } from "./probes/loopback.ts";
import { probeMemory } from "./probes/memory.ts";
import { probeProxies } from "./probes/proxies.ts";
import { probeSandbox } from "./probes/sandbox.ts";
import { probeDocker, probeTool } from "./probes/tools.ts";
import { probeUser } from "./probes/user.ts";
import { type Facts, findProblems } from "./problems.ts";

/**
 * Looks at this machine: what a boot would use and what would stop it. Starts no control plane, talks to no cluster, opens
 * no kubeconfig. Each probe is given up after `machine.timeoutMs`; most run side by side.
 */
export async function examineMachine(machine: Machine): Promise<DoctorReport> {
  const facts = await gatherFacts(machine);
  const problems = findProblems(facts);
  const canBoot = problems.every(({ severity }) => severity !== "error");
  return { schemaVersion: 1, canBoot, problems, ...facts };
}

async function gatherFacts(machine: Machine): Promise<Facts> {
  // Before programs are started, which takes so long in some sandboxes that it would look like a slow disk.
  const [temp, cache, state, loopback, controlPlane, memory, user] = await Promise.all([
    probeTempFolder(machine, tempBaseDir()),
    probeFolder(machine, defaultBuildPaths().cacheDir),
    probeFolder(machine, statePaths().folder),
    probeLoopback(machine),
    probeBackground(machine),
    probeMemory(machine),
    probeUser(machine),
  ]);
  const askGo = probeTool(machine, "go");
  const [engine, go, helm, kubectl, docker, k3s, sandbox] = await Promise.all([
    askGo.then((found) => probeEngine(machine, found)),
    askGo,
    probeTool(machine, "helm"),
    probeTool(machine, "kubectl"),
    probeDocker(machine),
    probeTool(machine, "k3s"),
    probeSandbox(machine),
  ]);
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
    sandbox,
    user,
    memory,
    folders: { temp, cache, state },
    loopback,
    controlPlane,
    proxies: probeProxies(machine),
  };
}
