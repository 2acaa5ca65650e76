import { readdir, readFile } from "node:fs/promises";
import { getContainerRuntimeClient } from "testcontainers";
import { RUN_LABEL } from "../../../../src/providers/container/runtime.ts";
import { pollUntil } from "../../../../src/util/poll.ts";

const GONE_TIMEOUT_MS = 60_000;

/** The ids of the containers that the provider has started, running or not. */
export async function providersContainers(): Promise<string[]> {
  const { dockerode } = (await getContainerRuntimeClient()).container;
  const found = await dockerode.listContainers({ all: true, filters: { label: [RUN_LABEL] } });
  return found.map(({ Id }) => Id);
}

/** What identifies the start that a container belongs to. */
export async function runOf(id: string): Promise<string> {
  const { container } = await getContainerRuntimeClient();
  return (await container.inspect(container.getById(id))).Config.Labels[RUN_LABEL] ?? "";
}

/** The command lines of the programs that watch over a start, to remove its containers. */
export async function cleanersOf(run: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return lines.filter((line) => line.includes(run)).map((line) => line.replaceAll("\0", " ").trim());
}

/** Resolves when nothing of a start runs any longer. */
export async function waitUntilNoCleaner(run: string): Promise<void> {
  const probe = async () => ((await cleanersOf(run)).length === 0 ? true : undefined);
  await pollUntil(probe, { timeoutMs: GONE_TIMEOUT_MS, waitingFor: "the cleaner to end" });
}

/** The names of the volumes of the container engine. */
export async function volumes(): Promise<string[]> {
  const { dockerode } = (await getContainerRuntimeClient()).container;
  return (await dockerode.listVolumes()).Volumes.map(({ Name }) => Name);
}

/** Resolves when the provider has left no container but those. */
export async function waitUntilOnly(ids: readonly string[]): Promise<void> {
  let left: string[] = [];
  const probe = async () => {
    left = (await providersContainers()).filter((id) => !ids.includes(id));
    return left.length === 0 ? true : undefined;
  };
  const waitingFor = "the containers to be gone";
  await pollUntil(probe, { timeoutMs: GONE_TIMEOUT_MS, waitingFor, lastSeen: () => left.join(" ") });
}

/** Resolves with the first container that is not one of those. A container that is being created is listed before it is there. */
export function waitForAnother(ids: readonly string[]): Promise<string> {
  const probe = async () => {
    const id = (await providersContainers()).find((each) => !ids.includes(each));
    const isThere = id !== undefined && (await runOf(id).catch(() => undefined)) !== undefined;
    return isThere ? id : undefined;
  };
  return pollUntil(probe, { timeoutMs: GONE_TIMEOUT_MS, waitingFor: "a container" });
}

/** The output of a command in a container. */
export async function execIn(id: string, command: string[]): Promise<string> {
  const { container } = await getContainerRuntimeClient();
  return (await container.exec(container.getById(id), command)).output;
}
