import { toBuildError } from "./build-error.ts";
import type { BuildProgress } from "./engine-location.ts";
import type { EngineSources } from "./engine-sources.ts";
import { runGo } from "./go.ts";

/** The progress of the build without its time, which the caller adds. */
export type CompileProgress = Omit<BuildProgress, "elapsedMs">;

/** What to compile, and how. */
export interface CompileOptions {
  sources: EngineSources;
  /** The flags of `go build`. */
  flags: string[];
  /** The file to write. */
  output: string;
  onProgress: (progress: CompileProgress) => void;
  signal?: AbortSignal | undefined;
}

/**
 * Downloads the modules that are missing, compiles the packages that Go's cache lacks, and links the engine.
 * Rejects with `SEATRIAL_ENGINE_DOWNLOAD`, `_NO_SPACE`, `_GO_TOO_OLD`, `_BUILD` or `SEATRIAL_CANCELLED`.
 */
export async function compileEngine(options: CompileOptions): Promise<void> {
  const { sources, flags, output, onProgress, signal } = options;
  const stale = await listStalePackages(options);
  let done = 0;
  const report = (current?: string) => {
    onProgress({ step: "compile", done, total: stale.size, ...(current === undefined ? {} : { current }) });
    // Go does not report when it links. Only the last package is left to compile at that time, which is short compared to linking.
    if (done === stale.size) onProgress({ step: "link", done, total: stale.size });
  };
  const onStderrLine = (line: string) => {
    // -v prints the name of each package when its compilation begins; other lines are the compiler's.
    if (!stale.has(line)) return;
    done++;
    report(line);
  };
  report();
  const result = await runGo(["build", "-v", ...flags, "-o", output, "."], { cwd: sources.dir, signal, onStderrLine });
  if (result.exitCode !== 0) {
    const lines = result.stderrLines.filter((line) => !stale.has(line) && line !== sources.modulePath);
    throw toBuildError("compile", { ...result, stderrLines: lines }, sources);
  }
}

// `go list` downloads missing modules and lists the packages that the cache lacks, in a few seconds even for Kubernetes.
async function listStalePackages(options: CompileOptions): Promise<Set<string>> {
  const { sources, flags, onProgress, signal } = options;
  let done = 0;
  onProgress({ step: "download", done });
  const onStderrLine = (line: string) => {
    const current = /^go: downloading (.+)$/.exec(line)?.[1];
    if (current !== undefined) onProgress({ step: "download", done: ++done, current });
  };
  const template = "{{if .Stale}}{{.ImportPath}}{{end}}";
  const args = ["list", "-deps", ...flags, "-f", template, "."];
  const result = await runGo(args, { cwd: sources.dir, signal, onStderrLine });
  if (result.exitCode !== 0) throw toBuildError("download", result, sources);
  return new Set(result.stdout.split("\n").filter((line) => line !== "" && line !== sources.modulePath));
}
