import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeEnginePackage } from "../../../scripts/release/engine-package.ts";
import { ownPlatform } from "../../../scripts/release/go-for.ts";
import { pack, packMain } from "../../../scripts/release/pack.ts";
import { platforms } from "../../../scripts/release/platforms.ts";
import { readManifest } from "../../../scripts/release/repository.ts";
import { throwIfStale } from "../run-cli.ts";

/** The packed files of a release. */
export interface PackedRelease {
  /** seatrial itself. */
  main: string;
  /** The package of this machine's platform. */
  own: string;
  /** The packages of the other platforms. Their programs are a line of text: nobody starts them here. */
  others: string[];
}

/**
 * Packs seatrial and its platform packages as a release does, into `directory`. The package of this platform has the engine at `program`,
 * compressed fast instead of well.
 */
export async function packRelease(directory: string, program: string): Promise<PackedRelease> {
  throwIfStale();
  const { version } = readManifest();
  const own = ownPlatform();
  const stub = join(directory, "stub");
  await mkdir(directory, { recursive: true });
  await writeFile(stub, "#!/bin/sh\n");
  const packed = new Map<string, string>();
  for (const platform of platforms) {
    const draft = join(directory, platform.name);
    const source = platform === own ? program : stub;
    await writeEnginePackage({ platform, version, program: source, modules: [], directory: draft, level: 1 });
    packed.set(platform.name, await pack(draft, directory));
  }
  const { [own.name]: ownPath = "", ...others } = Object.fromEntries(packed);
  return { main: await packMain(directory), own: ownPath, others: Object.values(others) };
}
