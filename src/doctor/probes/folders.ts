import { once } from "node:events";
import { constants } from "node:fs";
import { access, mkdtemp, realpath, rm, stat, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import type { FolderFacts } from "../facts.ts";
import type { Machine } from "../machine.ts";
import { within } from "../within.ts";
import { isNoexec } from "./mounts.ts";

/** A folder that may have to be made: whether it could be, and written. Nothing is made. */
export function probeFolder(machine: Machine, path: string): Promise<FolderFacts> {
  return look(machine, path, async () => {
    const existing = await nearestFolder(path);
    await access(existing, constants.W_OK | constants.X_OK);
    const { uid } = await stat(existing);
    const isMine = process.getuid === undefined || uid === process.getuid();
    return existing === path && !isMine ? `belongs to another user (uid ${uid})` : null;
  });
}

/** The temporary folder: a private folder and a unix socket are made in it and removed. */
export function probeTempFolder(machine: Machine, path: string): Promise<FolderFacts> {
  return look(machine, path, async () => {
    const folder = await mkdtemp(join(path, "seatrial-"));
    const server = createServer();
    try {
      server.listen(join(folder, "engine.sock"));
      await once(server, "listening");
    } finally {
      server.close();
      await rm(folder, { recursive: true, force: true });
    }
    return null;
  });
}

async function look(machine: Machine, path: string, findProblem: () => Promise<string | null>): Promise<FolderFacts> {
  const unknown: FolderFacts = { path, freeBytes: null, problem: null, isSilent: false, isNoexec: false };
  const probe = async (): Promise<FolderFacts> => {
    const problem = await findProblem().catch((error: Error) => shorten(error.message));
    const existing = await nearestFolder(path).catch(() => undefined);
    if (existing === undefined) return { ...unknown, problem };
    const isNoexecMount = await isNoexec(machine, await realpath(existing));
    return { ...unknown, freeBytes: await freeBytes(existing), problem, isNoexec: isNoexecMount };
  };
  return within(machine.timeoutMs, probe(), (problem) => ({ ...unknown, problem, isSilent: true }));
}

async function freeBytes(path: string): Promise<number | null> {
  const { bavail, bsize } = await statfs(path);
  const bytes = bavail * bsize;
  // A file system in memory without a limit, as gVisor makes them.
  return bytes > Number.MAX_SAFE_INTEGER ? null : bytes;
}

/** The folder itself, or the nearest above it that exists. Rejects when a file is in the way. */
async function nearestFolder(path: string): Promise<string> {
  try {
    const isFolder = (await stat(path)).isDirectory();
    if (isFolder) return path;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || dirname(path) === path) throw error;
    return nearestFolder(dirname(path));
  }
  throw new Error(`${path} is not a folder`);
}

// `ENOENT: no such file or directory, mkdtemp '/nowhere/seatrial-XXXXXX'`: the path is told already.
function shorten(message: string): string {
  return message.replace(/^[A-Z]+: (.*), \w+ '.*'$/, "$1").replace(/^listen [A-Z]+: (.*) \S+$/, "no unix sockets: $1");
}
