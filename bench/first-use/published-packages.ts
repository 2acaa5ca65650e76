import { join } from "node:path";
import { writeEnginePackage } from "../../scripts/release/engine-package.ts";
import { ownPlatform } from "../../scripts/release/go-for.ts";
import { findLinkedModules } from "../../scripts/release/linked-modules.ts";
import { pack } from "../../scripts/release/pack.ts";
import { readManifest } from "../../scripts/release/repository.ts";
import { packRelease } from "../../test/helpers/registry/packed-release.ts";

/** The packed files of a release. */
export interface PublishedPackages {
  version: string;
  /** seatrial, the package of this machine's platform, and stubs of the others. */
  paths: string[];
  /** Of the compressed engine, and of the engine, in bytes. */
  archiveBytes: number;
  programBytes: number;
}

/** Packs seatrial and the engine at `program` in `directory` as a release does, which compresses the engine for a minute or two. */
export async function packPublished(directory: string, program: string): Promise<PublishedPackages> {
  const { version } = readManifest();
  const platform = ownPlatform();
  const modules = await findLinkedModules(platform);
  console.error("compressing the engine as a release does …");
  const draft = join(directory, "own");
  const { archive, program: packed } = await writeEnginePackage({
    platform,
    version,
    program,
    modules,
    directory: draft,
  });
  const own = await pack(draft, directory);
  // The package of this platform is packed above; a line of text stands for the engine of the others.
  const { main, others } = await packRelease(join(directory, "others"), import.meta.filename);
  return { version, paths: [main, own, ...others], archiveBytes: archive.bytes, programBytes: packed.bytes };
}
