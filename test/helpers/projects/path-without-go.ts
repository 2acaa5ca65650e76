import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

/** Fills an empty directory with node, npm and a shell, and nothing else: the PATH of a machine without Go. */
export async function pathWithoutGo(directory: string): Promise<string> {
  const npm = await execa("sh", ["-c", 'readlink -f "$(command -v npm)"']);
  const programs = { node: process.execPath, npm: npm.stdout, sh: "/bin/sh" };
  for (const [name, path] of Object.entries(programs)) await symlink(path, join(directory, name));
  return directory;
}
