import { mkdir, readdir, rename, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { makeTempDir, type TempDir } from "../../../src/process/temp-dir.ts";
import { repositoryPath } from "../repository/repository-path.ts";
import { throwIfStale } from "../run-cli.ts";

/** Packs the compiled package, as it would be published, into `directory`; resolves with the path of the file. */
export async function packInto(directory: string): Promise<string> {
  throwIfStale();
  const args = ["pack", "--ignore-scripts", "--silent", "--pack-destination", directory];
  const { stdout } = await execa("npm", args, { cwd: repositoryPath() });
  return join(directory, stdout.trim());
}

/** A project with these files, the packed package and this repository's dependencies in node_modules. */
export async function makePackedProject(files: Record<string, string>): Promise<TempDir> {
  const project = await makeTempDir("st-packed-");
  const modules = join(project.path, "node_modules");
  await mkdir(modules);
  const own = repositoryPath("node_modules");
  for (const name of await readdir(own)) {
    if (name !== "seatrial") await symlink(join(own, name), join(modules, name));
  }
  await execa("tar", ["-xzf", await packInto(project.path), "-C", project.path]);
  await rename(join(project.path, "package"), join(modules, "seatrial"));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(project.path, file)), { recursive: true });
    await writeFile(join(project.path, file), text);
  }
  return project;
}
