import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { execa } from "execa";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { repositoryPath } from "../repository/repository-path.ts";

/** A package as a registry serves it. */
export interface ServedPackage {
  /** The fields of its package.json that a package manager asks a registry for. */
  manifest: { name: string; version: string; [field: string]: unknown };
  /** Its packed file. */
  read: () => Promise<Buffer>;
}

const fields = [
  ...["dependencies", "optionalDependencies", "peerDependencies", "peerDependenciesMeta"],
  ...["bin", "engines", "os", "cpu", "libc", "hasInstallScript"],
];

/**
 * Every package in this repository's lock file, packed again from node_modules: no test needs another registry. Packages of other systems,
 * which are not in node_modules, have only a manifest.
 */
export function lockFilePackages(): ServedPackage[] {
  const lock = JSON.parse(readFileSync(repositoryPath("package-lock.json"), "utf8")) as {
    packages: Record<string, Record<string, unknown>>;
  };
  return Object.entries(lock.packages)
    .filter(([path]) => path !== "")
    .map(([path, locked]) => {
      const name =
        (locked.name as string | undefined) ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      const known = fields.filter((field) => locked[field] !== undefined).map((field) => [field, locked[field]]);
      const directory = repositoryPath(path);
      const manifest = { name, version: locked.version as string, ...Object.fromEntries(known) };
      const isInstalled = existsSync(join(directory, "package.json"));
      return { manifest, read: () => (isInstalled ? packDirectory(directory) : packManifest(manifest)) };
    });
}

async function packManifest(manifest: object): Promise<Buffer> {
  await using directory = await makeTempDir("st-stub-");
  const stub = join(directory.path, "package");
  await mkdir(stub);
  await writeFile(join(stub, "package.json"), JSON.stringify(manifest));
  // The directory is removed when this function returns.
  return await packDirectory(stub);
}

async function packDirectory(directory: string): Promise<Buffer> {
  const name = basename(directory);
  const args = ["-czf", "-", `--exclude=${name}/node_modules`, "-C", dirname(directory), name];
  const { stdout } = await execa("tar", args, { encoding: "buffer" });
  return Buffer.from(stdout);
}
