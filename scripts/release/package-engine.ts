// Makes the platform packages: npm run package:engine -- --platform linux-x64 [--platform …] [--out release]
//
// For each platform it builds the engine with Go, and writes the directory <out>/engine-<platform> and its packed file. `--platform all`
// makes all of them. A first build for a platform compiles all of Kubernetes.
import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { writeEnginePackage } from "./engine-package.ts";
import { buildEngineFor, ownPlatform } from "./go-for.ts";
import { findLinkedModules } from "./linked-modules.ts";
import { pack } from "./pack.ts";
import { findPlatforms } from "./platforms.ts";
import { readManifest } from "./repository.ts";

const { values } = parseArgs({
  options: {
    platform: { type: "string", multiple: true, default: [ownPlatform().name] },
    out: { type: "string", default: "release" },
  },
});
const out = resolve(values.out);
const { version } = readManifest();
await mkdir(out, { recursive: true });
for (const platform of findPlatforms(values.platform)) {
  const startedAt = performance.now();
  const program = join(out, `${platform.name}-${platform.program}`);
  // A missing licence is found before the long build.
  const modules = await findLinkedModules(platform);
  await buildEngineFor(platform, version, program);
  const directory = join(out, `engine-${platform.name}`);
  const { archive, program: built } = await writeEnginePackage({ platform, version, program, modules, directory });
  await rm(program);
  const path = await pack(directory, out);
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.log(`${path}\n  program ${megabytes(built.bytes)}, SHA-256 ${built.sha256}`);
  console.log(`  archive ${megabytes(archive.bytes)}, ${modules.length} modules, ${seconds} s`);
}
