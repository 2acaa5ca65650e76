import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { packageNameOf, platforms } from "./platforms.ts";
import { readManifest, root } from "./repository.ts";

/** Packs the package in `directory` into the directory `out`, without running its scripts; resolves with the path of the file. */
export async function pack(directory: string, out: string): Promise<string> {
  const args = ["pack", "--ignore-scripts", "--silent", "--pack-destination", out];
  const { stdout } = await execa("npm", args, { cwd: directory });
  return join(out, stdout.trim());
}

/**
 * Packs seatrial itself as it is published: as `npm pack` does, with the platform packages of the same version in `optionalDependencies`.
 * In the repository's own manifest they would make `npm ci` fetch packages that do not exist before the release.
 * Resolves with the path of the file.
 */
export async function packMain(out: string): Promise<string> {
  const draft = join(out, "unpacked");
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  const packed = await pack(root, draft);
  await execa("tar", ["-xzf", packed, "-C", draft]);
  const directory = join(draft, "package");
  const manifest = readManifest(directory);
  const optionalDependencies = Object.fromEntries(platforms.map((each) => [packageNameOf(each), manifest.version]));
  await writeFile(
    join(directory, "package.json"),
    `${JSON.stringify({ ...manifest, optionalDependencies }, null, 2)}\n`,
  );
  const path = await pack(directory, out);
  await rm(draft, { recursive: true, force: true });
  return path;
}

/** The manifest in a packed package. */
export async function readPacked(path: string): Promise<ReturnType<typeof readManifest>> {
  const { stdout } = await execa("tar", ["-xzOf", path, "package/package.json"]);
  return JSON.parse(stdout) as ReturnType<typeof readManifest>;
}

/** The integrity of a file, as registries and lock files write it. */
export async function integrityOf(path: string): Promise<string> {
  const { createHash } = await import("node:crypto");
  return `sha512-${createHash("sha512")
    .update(await readFile(path))
    .digest("base64")}`;
}
