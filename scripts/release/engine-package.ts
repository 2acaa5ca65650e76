import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { copyFile, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress } from "node:zlib";
import type { EngineManifest, PackagedFile } from "../../src/engine/binary/engine-package.ts";
import type { LinkedModule } from "./linked-modules.ts";
import { type Platform, packageNameOf } from "./platforms.ts";
import { readManifest, root } from "./repository.ts";
import { makeSbom } from "./sbom.ts";

/** What {@link writeEnginePackage} packs. */
export interface EnginePackageOptions {
  platform: Platform;
  version: string;
  /** The path of the engine for this platform. */
  program: string;
  modules: readonly LinkedModule[];
  /** The directory of the package; what is in it is removed. */
  directory: string;
  /** The level of zstd, from 1 to 22. @default 19 */
  level?: number;
}

const ARCHIVE = "seatrial-engine.zst";
const CHUNK_BYTES = 1 << 20;

/** Writes the directory of a platform package; resolves with its `engine.json`. */
export async function writeEnginePackage(options: EnginePackageOptions): Promise<EngineManifest> {
  const { platform, version, program, modules, directory, level = 19 } = options;
  const name = packageNameOf(platform);
  const { license, repository, homepage } = readManifest();
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const archive = join(directory, ARCHIVE);
  await compress(program, archive, level);
  const manifest: EngineManifest = {
    version,
    platform: platform.name,
    archive: await describe(ARCHIVE, archive),
    program: await describe(platform.program, program),
  };
  const sbom = makeSbom({ name, version, licence: license, sha256: manifest.program.sha256 }, modules);
  const text = (content: object) => `${JSON.stringify(content, null, 2)}\n`;
  const own = {
    name,
    version,
    description: `The engine of seatrial for ${platform.name}`,
    license,
    ...(repository === undefined ? {} : { repository }),
    ...(homepage === undefined ? {} : { homepage }),
    os: [platform.os],
    cpu: [platform.cpu],
    files: ["engine.json", ARCHIVE, "NOTICES.txt", "sbom.cdx.json"],
    publishConfig: { access: "public" },
  };
  await writeFile(join(directory, "package.json"), text(own));
  await writeFile(join(directory, "engine.json"), text(manifest));
  await writeFile(join(directory, "sbom.cdx.json"), text(sbom));
  await writeFile(join(directory, "NOTICES.txt"), toNotices(modules));
  await writeFile(join(directory, "README.md"), readme(platform, name));
  await copyFile(join(root, "LICENSE"), join(directory, "LICENSE"));
  return manifest;
}

// One thread: with more of them, the result depends on their number.
async function compress(from: string, to: string, level: number): Promise<void> {
  const params = { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 };
  await pipeline(
    createReadStream(from, { highWaterMark: CHUNK_BYTES }),
    createZstdCompress({ params, chunkSize: CHUNK_BYTES }),
    createWriteStream(to),
  );
}

async function describe(file: string, path: string): Promise<PackagedFile> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), hash);
  return { file, bytes: (await stat(path)).size, sha256: hash.digest("hex") };
}

function toNotices(modules: readonly LinkedModule[]): string {
  const rule = "=".repeat(80);
  const sections = modules.map(({ path, version, licences, notices }) =>
    [
      rule,
      `${path} ${version} (${licences.join(", ")})`,
      rule,
      ...notices.map(({ file, text }) => `${file}:\n\n${text}`),
    ].join("\n"),
  );
  return ["The engine contains the following Go modules.", ...sections].join("\n\n");
}

function readme({ name: platform }: Platform, name: string): string {
  return `# ${name}

The engine of [seatrial](https://www.npmjs.com/package/seatrial) for ${platform}: a Kubernetes control plane and Helm in one program,
compressed with zstd. \`seatrial\` installs this package where it fits, and unpacks the program at its first use. There is nothing in it to
import.

\`engine.json\` has the sizes and SHA-256 of the archive and of the program. \`NOTICES.txt\` has the licences of all modules in the program,
\`sbom.cdx.json\` the bill of materials in CycloneDX.
`;
}
