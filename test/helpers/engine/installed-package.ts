import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeEnginePackage } from "../../../scripts/release/engine-package.ts";
import { findPlatforms, packageNameOf, platforms } from "../../../scripts/release/platforms.ts";
import { type BuildPaths, platformName } from "../../../src/engine/binary/build-paths.ts";
import type { EngineManifest } from "../../../src/engine/binary/engine-package.ts";
import { copyModule } from "./go-module.ts";

/** A seatrial as it is installed, with its platform package and an empty cache. */
export interface InstalledPackage {
  paths: BuildPaths;
  /** Such as `@seatrial/engine-linux-x64`. */
  name: string;
  /** The directory of the platform package. */
  directory: string;
  manifest: EngineManifest;
  /** The content of the program. */
  program: string;
}

// A script, so that it runs everywhere. Its digits hardly compress.
const digits = Array.from({ length: 30_000 }, (_, index) => Math.sin(index).toString(36).slice(3)).join("\n# ");
const program = `#!/bin/sh\necho packaged\nexit 0\n# ${digits}\n`;

/** Installs seatrial 1.2.3 and its platform package into a temporary directory. */
export async function installEnginePackage(): Promise<InstalledPackage> {
  const paths = await installMain();
  return { paths, ...(await installPlatform(paths, platformName)) };
}

/** Installs seatrial 1.2.3 as it is published, without a platform package. */
export async function installMain(published: readonly string[] = platforms.map(packageNameOf)): Promise<BuildPaths> {
  const paths = await copyModule();
  const optionalDependencies = Object.fromEntries(published.map((name) => [name, paths.version]));
  await writeFile(
    paths.manifestPath,
    JSON.stringify({ name: "seatrial", version: paths.version, optionalDependencies }),
  );
  return paths;
}

/** Installs the package of a platform next to seatrial. */
export async function installPlatform({ manifestPath, version }: BuildPaths, platform: string) {
  const [found] = findPlatforms([platform]);
  if (found === undefined) throw new Error(`no platform ${platform}`);
  const name = packageNameOf(found);
  const modules = dirname(dirname(manifestPath));
  const directory = join(modules, name);
  const source = join(dirname(modules), "program");
  await writeFile(source, program);
  await mkdir(directory, { recursive: true });
  const options = { platform: found, version, program: source, modules: [], directory, level: 1 };
  return { name, directory, manifest: await writeEnginePackage(options), program };
}
