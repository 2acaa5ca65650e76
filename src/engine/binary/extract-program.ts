import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { chmod, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createZstdDecompress } from "node:zlib";
import { type EnginePackage, type PackagedFile, packageError } from "./engine-package.ts";

// With Node's 64 KiB, the threads of the decompression and of the file wait for each other.
const CHUNK_BYTES = 1 << 20;
const PROGRAM_MODE = 0o755;

/**
 * Decompresses a package's program to a file that does not exist yet, and makes it executable. Size and SHA-256 of the archive and of the
 * program are compared with the manifest. Rejects with `SEATRIAL_ENGINE_PACKAGE` when one of them differs, or with the error of the file
 * system for `target`.
 */
export async function extractProgram(
  { name, directory, manifest }: EnginePackage,
  target: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { archive, program } = manifest;
  const source = join(directory, archive.file);
  const fail = (problem: string, cause?: unknown) => packageError(name, directory, problem, cause);
  const { size } = await stat(source).catch((error: Error) => {
    throw fail(`${archive.file} cannot be read: ${error.message}`, error);
  });
  if (size !== archive.bytes) throw fail(difference(archive, "bytes", archive.bytes, size));
  const read = meter(archive);
  const written = meter(program);
  let refusal: Error | undefined;
  try {
    await pipeline(
      createReadStream(source, { highWaterMark: CHUNK_BYTES }),
      read.pass,
      createZstdDecompress({ chunkSize: CHUNK_BYTES }),
      written.pass,
      createWriteStream(target, { flags: "wx", mode: PROGRAM_MODE, highWaterMark: 4 * CHUNK_BYTES }),
      signal === undefined ? {} : { signal },
    );
  } catch (error) {
    if (isOfTarget(error, target) || signal?.aborted) throw error;
    refusal = error as Error;
  }
  // What was not decompressed is hashed, too: a damaged archive is a better explanation than where the decompression failed.
  if (refusal !== undefined) await read.rest(source);
  const problem = read.difference() ?? written.difference();
  if (problem !== undefined) throw fail(problem, refusal);
  if (refusal !== undefined) throw fail(`${archive.file} cannot be decompressed: ${refusal.message}`, refusal);
  // The umask has changed the mode.
  await chmod(target, PROGRAM_MODE);
}

function isOfTarget(error: unknown, target: string): boolean {
  const { path, syscall } = error as NodeJS.ErrnoException;
  return path === target || syscall === "write";
}

/** Measures what is passed through it, and compares that with what is expected. */
function meter(expected: PackagedFile) {
  let hash = createHash("sha256");
  let bytes = 0;
  const add = (chunk: Buffer) => {
    hash.update(chunk);
    bytes += chunk.length;
  };
  return {
    pass: async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        add(chunk);
        // A program that is too long would fill the disk.
        if (bytes > expected.bytes) throw new Error(`more than ${expected.bytes} bytes`);
        yield chunk;
      }
    },
    rest: async (path: string) => {
      hash = createHash("sha256");
      bytes = 0;
      for await (const chunk of createReadStream(path)) add(chunk as Buffer);
    },
    difference: () => {
      if (bytes !== expected.bytes) return difference(expected, "bytes", expected.bytes, bytes);
      const sha256 = hash.copy().digest("hex");
      return sha256 === expected.sha256 ? undefined : difference(expected, "SHA-256", expected.sha256, sha256);
    },
  };
}

function difference({ file }: PackagedFile, what: string, expected: string | number, actual: string | number): string {
  return `${file}: ${what}: expected ${expected}, found ${actual}`;
}
