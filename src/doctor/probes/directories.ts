import { once } from "node:events";
import { constants } from "node:fs";
import { access, mkdtemp, realpath, stat, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { findDistrust } from "../../process/distrust.ts";
import { removeOwn } from "../../process/remove-own.ts";
import type { DirectoryFacts } from "../facts.ts";
import type { Machine } from "../machine.ts";
import { within } from "../within.ts";
import { isNoexec } from "./mounts.ts";

/** A directory that may have to be created: whether it can be created and written. Nothing is created. */
export function probeDirectory(machine: Machine, path: string): Promise<DirectoryFacts> {
  return look(machine, path, async () => {
    const existing = await nearestDirectory(path);
    await access(existing, constants.W_OK | constants.X_OK);
    return (await findDistrust(path)) ?? null;
  });
}

/** The temporary directory: a private directory and a unix socket are created in it and removed. */
export function probeTempDirectory(machine: Machine, path: string): Promise<DirectoryFacts> {
  return look(machine, path, async () => {
    const directory = await mkdtemp(join(path, "seatrial-"));
    const server = createServer();
    try {
      server.listen(join(directory, "engine.sock"));
      await once(server, "listening");
    } finally {
      server.close();
      await removeOwn(directory);
    }
    return null;
  });
}

async function look(
  machine: Machine,
  path: string,
  findProblem: () => Promise<string | null>,
): Promise<DirectoryFacts> {
  const unknown: DirectoryFacts = { path, freeBytes: null, problem: null, isSilent: false, isNoexec: false };
  const probe = async (): Promise<DirectoryFacts> => {
    const problem = await findProblem().catch((error: Error) => shorten(error.message));
    const existing = await nearestDirectory(path).catch(() => undefined);
    if (existing === undefined) return { ...unknown, problem };
    const isNoexecMount = await isNoexec(machine, await realpath(existing));
    return { ...unknown, freeBytes: await freeBytes(existing), problem, isNoexec: isNoexecMount };
  };
  return within(machine.timeoutMs, probe(), (problem) => ({ ...unknown, problem, isSilent: true }));
}

async function freeBytes(path: string): Promise<number | null> {
  const { bavail, bsize } = await statfs(path);
  const bytes = bavail * bsize;
  // A file system in memory without a limit, as in gVisor.
  return bytes > Number.MAX_SAFE_INTEGER ? null : bytes;
}

/** The directory itself, or its nearest parent that exists. Rejects when a file is in the way. */
async function nearestDirectory(path: string): Promise<string> {
  try {
    const isDirectory = (await stat(path)).isDirectory();
    if (isDirectory) return path;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || dirname(path) === path) throw error;
    return nearestDirectory(dirname(path));
  }
  throw new Error(`${path} is not a directory`);
}

// `ENOENT: no such file or directory, mkdtemp '/nowhere/seatrial-XXXXXX'`: the path is in the message already.
function shorten(message: string): string {
  return message.replace(/^[A-Z]+: (.*), \w+ '.*'$/, "$1").replace(/^listen [A-Z]+: (.*) \S+$/, "no unix sockets: $1");
}
