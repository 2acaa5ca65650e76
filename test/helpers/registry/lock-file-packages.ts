import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { execa } from "execa";
import { repositoryPath } from "../repository/repository-path.ts";

/** A package as a registry serves it. */
export interface ServedPackage {
  /** The fields of its package.json that a package manager asks a registry for. */
  manifest: { name: string; version: string; [field: string]: unknown };
  /** Its packed file; `undefined` for a package of another system, which nobody fetches. */
  read: (() => Promise<Buffer>) | undefined;
  /** The integrity in the lock file, for a package without a file. */
  integrity: string | undefined;
}

const fields = [
  ...["dependencies", "optionalDependencies", "peerDependencies", "peerDependenciesMeta"],
  ...["bin", "engines", "os", "cpu", "libc", "hasInstallScript"],
];

/** Every package in this repository's lock file, packed again from node_modules: no test needs another registry. */
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
      return {
        manifest: { name, version: locked.version as string, ...Object.fromEntries(known) },
        read: existsSync(join(directory, "package.json")) ? () => packDirectory(directory) : undefined,
        integrity: locked.integrity as string | undefined,
      };
    });
}

async function packDirectory(directory: string): Promise<Buffer> {
  const name = basename(directory);
  const args = ["-czf", "-", `--exclude=${name}/node_modules`, "-C", dirname(directory), name];
  const { stdout } = await execa("tar", args, { encoding: "buffer", env: { GZIP: "-1" } });
  return Buffer.from(stdout);
}
