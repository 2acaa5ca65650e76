import { mkdir, readdir, rename, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";
import { throwIfStale } from "./run-cli.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Packs the package as it would be published, from what is compiled, into `folder`; resolves with the file's path. */
export async function packInto(folder: string): Promise<string> {
  throwIfStale();
  const args = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  const { stdout } = await execa("npm", args, { cwd: root });
  return join(folder, stdout.trim());
}

/** A project with these files in which the packed package is installed, beside this repository's dependencies. */
export async function makePackedProject(files: Record<string, string>): Promise<TempDir> {
  const project = await makeTempDir("st-packed-");
  const modules = join(project.path, "node_modules");
  await mkdir(modules);
  for (const name of await readdir(join(root, "node_modules"))) {
    if (name !== "seatrial") await symlink(join(root, "node_modules", name), join(modules, name));
  }
  await execa("tar", ["-xzf", await packInto(project.path), "-C", project.path]);
  await rename(join(project.path, "package"), join(modules, "seatrial"));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(project.path, file)), { recursive: true });
    await writeFile(join(project.path, file), text);
  }
  return project;
}
