import type { Stats } from "node:fs";
import { lstat, readFile, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { homeDir } from "../util/home-dir.ts";

/** What {@link findDistrust} accepts. */
export interface TrustOptions {
  /** Whether root may own the file or directory itself, as in an image whose engine root has built. @default false */
  isRootTrusted?: boolean | undefined;
  /** Whether the path is a directory in which others may have files of their own, as `/tmp`. @default false */
  isShared?: boolean | undefined;
}

const ROOT = 0;
const STICKY = 0o1000;
const GROUP_WRITE = 0o020;
const OTHERS_WRITE = 0o002;

/**
 * Why another user may change what a path leads to, as a sentence that names the directory; `undefined` when only this user and
 * root may. The file or directory itself must be this user's and must not be writable for others. A directory above it may also be root's or
 * that of the owner of the home directory, and writable for others when it is sticky, as `/tmp` is. What does not exist is not
 * checked, but the directories above it are.
 */
export async function findDistrust(path: string, options: TrustOptions = {}): Promise<string | undefined> {
  if (process.getuid === undefined) return undefined;
  const owners = await findOwners(process.getuid());
  const absolute = resolve(path);
  const real = await resolveLinks(absolute);
  for (const start of new Set([absolute, real])) {
    for (let at = start; ; at = dirname(at)) {
      const found = await lstat(at).catch(() => undefined);
      if (found !== undefined) {
        const problem =
          at === real && options.isShared !== true ? judge(at, found, options, owners) : judgeParent(at, found, owners);
        if (problem !== undefined) return problem;
      }
      if (at === dirname(at)) break;
    }
  }
  return undefined;
}

// As far as the path exists.
async function resolveLinks(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined || path === dirname(path)) return real ?? path;
  return join(await resolveLinks(dirname(path)), basename(path));
}

interface Owners {
  me: number;
  /** Who owns the home directory may do what this user does, as in a container whose HOME is mounted. */
  home: number | undefined;
  /** The user that the kernel shows for every user outside of this user namespace, the real root included. */
  unmapped: number | undefined;
}

function judge(path: string, { uid, mode }: Stats, { isRootTrusted = false }: TrustOptions, { me }: Owners) {
  const isTrusted = uid === me || (isRootTrusted && uid === ROOT);
  if (!isTrusted) return `${path} belongs to another user (uid ${uid})`;
  return (mode & (GROUP_WRITE | OTHERS_WRITE)) === 0 ? undefined : writable(path, mode);
}

function judgeParent(path: string, stats: Stats, { me, home, unmapped }: Owners): string | undefined {
  const { uid, gid, mode } = stats;
  if (![me, ROOT, home, unmapped].includes(uid)) return `${path} belongs to another user (uid ${uid})`;
  // Whoever may write the directory that contains a link decides about it.
  if (stats.isSymbolicLink() || (mode & STICKY) !== 0) return undefined;
  // Many systems give each user a group of the same number, which has no other member.
  const isPrivateGroup = gid === uid;
  const forOthers = isPrivateGroup ? OTHERS_WRITE : OTHERS_WRITE | GROUP_WRITE;
  return (mode & forOthers) === 0 ? undefined : writable(path, mode);
}

function writable(path: string, mode: number): string {
  return `${path} can be written by other users (mode ${(mode & 0o7777).toString(8).padStart(4, "0")})`;
}

async function findOwners(me: number): Promise<Owners> {
  const home = await lstat(homeDir()).catch(() => undefined);
  return { me, home: home?.uid, unmapped: await findUnmappedUser() };
}

async function findUnmappedUser(): Promise<number | undefined> {
  const read = (name: string) => readFile(`/proc/${name}`, "utf8").catch(() => "");
  const overflow = Number.parseInt(await read("sys/kernel/overflowuid"), 10);
  const ranges = (await read("self/uid_map")).trim().split("\n");
  const isMapped = ranges.some((range) => {
    const [first = 0, , count = 0] = range.trim().split(/\s+/).map(Number);
    return overflow >= first && overflow < first + count;
  });
  return Number.isNaN(overflow) || ranges[0] === "" || isMapped ? undefined : overflow;
}
