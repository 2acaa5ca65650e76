import { request } from "node:http";
import { basename, dirname } from "node:path";
import { SeatrialError } from "../../errors/seatrial-error.ts";
import { findTestcontainers } from "../../providers/container/load-testcontainers.ts";
import { findAssets } from "../../providers/envtest/find-assets.ts";
import type { EngineFacts, ProviderFacts, ToolFacts } from "../facts.ts";
import type { Machine } from "../machine.ts";
import { within } from "../within.ts";

/** What other probes have found. */
export interface ProviderNeeds {
  engine: EngineFacts;
  k3s: ToolFacts;
}

const DOCKER_SOCKET = "unix:///var/run/docker.sock";
const START_DOCKER = "start Docker, or set DOCKER_HOST";

/**
 * Which providers can be used on this machine, and what the others lack. No control plane is started, and no server is asked
 * except the Docker engine.
 */
export async function probeProviders(
  machine: Machine,
  { engine, k3s }: ProviderNeeds,
  findPackages: () => unknown = findTestcontainers,
): Promise<ProviderFacts[]> {
  const all = [
    { name: "engine", ...ready },
    { name: "envtest", ...(await probeEnvtest(machine)) },
    { name: "k3s", ...probeK3s(k3s) },
    { name: "container", ...(await probeContainer(machine, findPackages)) },
    { name: "existing", ...ready },
  ] as const;
  const isEngineLost = engine.source === null || engine.problem?.stopsBoot === true;
  if (!isEngineLost) return [...all];
  const { message, fix } = engine.problem ?? { message: "there is no engine", fix: "npx seatrial engine build" };
  return all.map((facts) => (facts.usable ? { name: facts.name, ...lacks(`an engine: ${message}`, fix) } : facts));
}

type Verdict = Omit<ProviderFacts, "name">;

const ready: Verdict = { usable: true, missing: null, fix: null };

function lacks(missing: string, fix: string): Verdict {
  return { usable: false, missing, fix };
}

async function probeEnvtest({ env, timeoutMs }: Machine): Promise<Verdict> {
  const { KUBEBUILDER_ASSETS, TEST_ASSET_ETCD, TEST_ASSET_KUBE_APISERVER } = env;
  const variables = {
    assets: KUBEBUILDER_ASSETS || undefined,
    etcd: TEST_ASSET_ETCD || undefined,
    apiServer: TEST_ASSET_KUBE_APISERVER || undefined,
  };
  const probe = findAssets({}, variables).then(
    () => ready,
    (error: unknown) => {
      if (!(error instanceof SeatrialError)) throw error;
      const problems = error.message.split("\n").slice(1, -1);
      return lacks(shorten(problems.map((line) => line.trim())), error.hint ?? "");
    },
  );
  return within(timeoutMs, probe, (problem) =>
    lacks(`the directory of its programs ${problem}`, "set KUBEBUILDER_ASSETS"),
  );
}

// The screen has little room: programs that are missing in one directory share its name.
function shorten(problems: readonly string[]): string {
  const paths = problems.map((line) => /^(.+) does not exist$/.exec(line)?.[1] ?? "");
  const [directory = ""] = paths.map(dirname);
  const isSame = paths.every((path) => path !== "" && dirname(path) === directory);
  return isSame ? `no ${paths.map((path) => basename(path)).join(", ")} in ${directory}` : problems.join(", ");
}

function probeK3s({ path, problem }: ToolFacts): Verdict {
  const install = "install K3s (https://docs.k3s.io) and put it on PATH";
  if (path === null) return lacks("k3s is not on PATH", install);
  return problem === null ? ready : lacks(`${path} ${problem}`, install);
}

async function probeContainer(machine: Machine, findPackages: () => unknown): Promise<Verdict> {
  const packages = problemOf(findPackages);
  const docker = await probeDocker(machine);
  const problems = [...packages, ...(docker === undefined ? [] : [{ missing: docker, fix: START_DOCKER }])];
  if (problems.length === 0) return ready;
  return lacks(problems.map(({ missing }) => missing).join("; "), problems.map(({ fix }) => fix).join("; "));
}

function problemOf(findPackages: () => unknown): { missing: string; fix: string }[] {
  try {
    findPackages();
    return [];
  } catch (error) {
    if (!(error instanceof SeatrialError)) throw error;
    const [first = ""] = error.message.split("\n");
    return [{ missing: first.replace("The provider container requires ", ""), fix: error.hint ?? "" }];
  }
}

/** Why no Docker engine answers where DOCKER_HOST points, or at the usual socket; `undefined` when one does. */
async function probeDocker({ env, timeoutMs }: Machine): Promise<string | undefined> {
  const host = env.DOCKER_HOST || DOCKER_SOCKET;
  const address = toAddress(host);
  if (address === undefined) return `DOCKER_HOST is ${host}, which is neither unix:// nor tcp://`;
  const answer = new Promise<string | undefined>((resolve) => {
    const ping = request({ ...address, path: "/_ping", timeout: timeoutMs }, (response) => {
      // Whatever the answer is, also that HTTPS is required: something listens.
      response.resume();
      resolve(undefined);
      ping.destroy();
    });
    ping.on("error", (error: NodeJS.ErrnoException) =>
      resolve(`no Docker engine at ${host.replace("unix://", "")} (${error.code})`),
    );
    ping.end();
  });
  return within(timeoutMs, answer, (problem) => `the Docker engine at ${host} ${problem}`);
}

function toAddress(host: string): { socketPath: string } | { host: string; port: number } | undefined {
  const [, socketPath] = /^unix:\/\/(\/.+)$/.exec(host) ?? [];
  if (socketPath !== undefined) return { socketPath };
  const [, name = "", port = "2375"] = /^(?:tcp|https?):\/\/([^:/]+)(?::(\d+))?\/?$/.exec(host) ?? [];
  return name === "" ? undefined : { host: name, port: Number(port) };
}
