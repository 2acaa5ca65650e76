import { stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { makeTempDir } from "../../process/temp-dir.ts";
import { mapLimit } from "../../util/map-limit.ts";
import { toBuildError } from "./build-error.ts";
import { CompileProgress } from "./compile-progress.ts";
import type { BuildProgress } from "./engine-location.ts";
import type { EngineSources } from "./engine-sources.ts";
import { runGo } from "./go.ts";
import { writeOlderModFile } from "./older-modules.ts";

/** The progress of the build without its time, which the caller adds. */
export type StepProgress = Omit<BuildProgress, "elapsedMs">;

/** What to compile, and how. */
export interface CompileOptions {
  sources: EngineSources;
  /** The flags of `go build`. */
  flags: string[];
  /** The packages of the programs, relative to the module. */
  packages: readonly string[];
  /** The directory to write the programs to. */
  output: string;
  onProgress: (progress: StepProgress) => void;
  signal?: AbortSignal | undefined;
}

/**
 * Downloads the modules that are missing, compiles the packages that Go's cache lacks, and links the programs.
 * Rejects with `SEATRIAL_ENGINE_DOWNLOAD`, `_NO_SPACE`, `_GO_TOO_OLD`, `_BUILD` or `SEATRIAL_CANCELLED`.
 */
export async function compileEngine(options: CompileOptions): Promise<void> {
  await using older = options.sources.modFile === "go.mod" ? undefined : await makeTempDir("seatrial-build-");
  const modFile =
    older === undefined ? undefined : await writeOlderModFile(options.sources, older.path, options.signal);
  await compile(modFile === undefined ? options : { ...options, flags: [...options.flags, `-modfile=${modFile}`] });
}

async function compile(options: CompileOptions): Promise<void> {
  const { sources, flags, packages, output, onProgress, signal } = options;
  const weights = await weighStalePackages(options);
  const compiled = new CompileProgress(weights);
  const report = (current?: string) => {
    onProgress({ step: "compile", ...compiled.estimate, ...(current === undefined ? {} : { current }) });
    // Go does not report when it links. Only the last package is left to compile at that time, which is short compared to linking.
    if (compiled.isComplete) onProgress({ step: "link", done: weights.size, total: weights.size });
  };
  const onStderrLine = (line: string) => {
    // -v prints the name of each package when its compilation begins; other lines are the compiler's.
    if (compiled.begin(line)) report(line);
  };
  report();
  const result = await runGo(["build", "-v", ...flags, "-o", `${output}/`, ...packages], {
    cwd: sources.dir,
    signal,
    onStderrLine,
  });
  if (result.exitCode !== 0) {
    const lines = result.stderrLines.filter((line) => !weights.has(line) && !isMain(line, options));
    throw toBuildError("compile", { ...result, stderrLines: lines }, sources);
  }
}

// `go list` downloads missing modules and lists the packages that the cache lacks, in a few seconds even for Kubernetes.
async function weighStalePackages(options: CompileOptions): Promise<Map<string, number>> {
  const { sources, flags, packages, onProgress, signal } = options;
  let done = 0;
  onProgress({ step: "download", done });
  const onStderrLine = (line: string) => {
    const current = /^go: downloading (.+)$/.exec(line)?.[1];
    if (current !== undefined) onProgress({ step: "download", done: ++done, current });
  };
  const template = '{{if .Stale}}{{.ImportPath}}\t{{.Dir}}\t{{join .GoFiles "/"}}{{end}}';
  const args = ["list", "-deps", ...flags, "-f", template, ...packages];
  const result = await runGo(args, { cwd: sources.dir, signal, onStderrLine });
  if (result.exitCode !== 0) throw toBuildError("download", result, sources);
  const stale = result.stdout.split("\n").map((line) => line.split("\t"));
  const weighed = stale.filter(([name = ""]) => name !== "" && !isMain(name, options));
  return new Map(
    await mapLimit(weighed, CONCURRENCY, async ([name = "", dir = "", files = ""]) => [name, await weigh(dir, files)]),
  );
}

function isMain(name: string, { sources: { modulePath }, packages }: CompileOptions): boolean {
  return packages.some((each) => posix.join(modulePath, each) === name);
}

const CONCURRENCY = 16;
// Starting the compiler takes as long as compiling that many bytes.
const PACKAGE_BYTES = 10_000;

async function weigh(dir: string, files: string): Promise<number> {
  const sizes = files.split("/").map(async (file) => (await stat(join(dir, file)).catch(() => undefined))?.size ?? 0);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, PACKAGE_BYTES);
}
