import { chmod, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { EngineError } from "../../errors/engine-error.ts";
import { acquireLock, type FileLock } from "../../process/file-lock.ts";
import { Deadline } from "../../util/deadline.ts";
import { makeDir } from "../../util/make-dir.ts";
import { toCacheError } from "./build-error.ts";
import { toBuildFlags } from "./build-flags.ts";
import { findBuildNeeds } from "./build-needs.ts";
import { type BuildPaths, type BuildTarget, defaultBuildPaths, engineTarget } from "./build-paths.ts";
import { compileEngine, type StepProgress } from "./compile-engine.ts";
import { cacheEntryName, checkTrust, findCachedEngine } from "./engine-cache.ts";
import type { BuildProgress, EngineLocation, ProvideEngineOptions } from "./engine-location.ts";
import { type EngineSources, readEngineSources } from "./engine-sources.ts";
import { readGoVersion } from "./go.ts";

const TICK_MS = 1000;
const UNFINISHED_PREFIX = "unfinished-";

/**
 * Builds the engine from the Go sources in this package, or resolves with the engine that was built from them before.
 * When several processes ask, one builds; the others wait and use its result. A build after an interrupted one reuses Go's
 * cache. Rejects with `SEATRIAL_ENGINE_GO_MISSING`, `_GO_TOO_OLD`, `_DOWNLOAD`, `_NO_SPACE`, `_BUILD`, or
 * `SEATRIAL_ENGINE_NOT_FOUND` when this package has no sources, `SEATRIAL_DISK` when another user may write the cache, or
 * `SEATRIAL_CANCELLED`.
 */
export async function buildEngine(
  options: ProvideEngineOptions = {},
  paths: BuildPaths = defaultBuildPaths(),
): Promise<EngineLocation> {
  const { onProgress, onStart, signal } = options;
  const sources = await readEngineSources(paths.sourceDir, paths.kubernetes);
  if (sources === undefined) {
    const of = paths.kubernetes === undefined ? "" : ` for Kubernetes ${paths.kubernetes}`;
    throw new EngineError("SEATRIAL_ENGINE_NOT_FOUND", `There are no engine sources${of} in ${paths.sourceDir}`, {
      hint: "reinstall the package, or set SEATRIAL_ENGINE to the path of an engine",
    });
  }
  const goVersion = await readGoVersion(sources.dir, sources.goVersion);
  const flags = toBuildFlags(sources, paths.version);
  const { target = engineTarget } = paths;
  const fileName = target.fileNames.at(-1);
  const findBuilt = () => findCachedEngine(paths.cacheDir, sources.hash, flags, goVersion, undefined, fileName);
  const built = await findBuilt();
  if (built !== undefined) return { path: built, source: "cache" };

  const entry = join(paths.cacheDir, cacheEntryName(sources.hash, flags, goVersion));
  try {
    await makeDir(entry);
    await checkTrust(entry);
    const reporter = startReporting(onProgress);
    try {
      const lock = await acquireLock<BuildProgress>(`${entry}.lock`, {
        signal,
        isDone: async () => (await findBuilt()) !== undefined,
        onWait: (holder) => reporter.report({ ...(holder ?? { done: 0 }), step: "wait" }),
      });
      try {
        const path = await findBuilt();
        if (path !== undefined) return { path, source: "cache" };
        reporter.keepAlive = lock;
        if (onStart !== undefined) onStart(await findBuildNeeds(sources, goVersion, paths.cacheDir, signal));
        return {
          path: await buildInto(entry, { sources, flags, target, report: reporter.report, signal }),
          source: "built",
        };
      } finally {
        await lock?.unlock();
      }
    } finally {
      reporter.stop();
    }
  } catch (error) {
    throw toCacheError(paths.cacheDir, error);
  }
}

/** What {@link buildInto} builds. */
interface Build {
  sources: EngineSources;
  flags: string[];
  target: BuildTarget;
  report: (progress: StepProgress) => void;
  signal: AbortSignal | undefined;
}

async function buildInto(entry: string, { sources, flags, target, report, signal }: Build): Promise<string> {
  const unfinished = join(entry, `${UNFINISHED_PREFIX}${process.pid}`);
  await removeUnfinished(entry);
  try {
    await mkdir(unfinished);
    const { packages } = target;
    await compileEngine({ sources, flags, packages, output: unfinished, onProgress: report, signal });
    report({ step: "install", done: 0 });
    let finished = entry;
    // Go names programs after their packages; the engine's is the module. The last file makes the entry complete.
    const built = (await readdir(unfinished)).sort(byOrderOf(target.fileNames));
    for (const [index, name] of built.entries()) {
      const path = join(unfinished, name);
      // With a umask of 002, Go makes it writable for the group: it would not be trusted.
      await chmod(path, 0o755);
      finished = join(entry, target.fileNames[index] ?? name);
      await rename(path, finished);
    }
    return finished;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function byOrderOf(names: readonly string[]): (one: string, other: string) => number {
  return (one, other) => names.indexOf(one) - names.indexOf(other);
}

async function removeUnfinished(entry: string): Promise<void> {
  for (const name of await readdir(entry)) {
    if (name.startsWith(UNFINISHED_PREFIX)) await rm(join(entry, name), { recursive: true, force: true });
  }
}

// Reports each step when it happens and repeats the last step every second, so that a display shows the time that has passed
// and the lock shows that its owner is alive.
function startReporting(onProgress: ((progress: BuildProgress) => void) | undefined) {
  const sinceStart = new Deadline(Number.POSITIVE_INFINITY);
  let last: StepProgress | undefined;
  const reporter = {
    keepAlive: undefined as FileLock<BuildProgress> | undefined,
    report: (progress: StepProgress) => {
      last = progress;
      onProgress?.({ ...progress, elapsedMs: sinceStart.elapsedMs });
    },
    stop: () => clearInterval(timer),
  };
  const timer = setInterval(() => {
    if (last === undefined) return;
    reporter.report(last);
    void reporter.keepAlive?.beat({ ...last, elapsedMs: sinceStart.elapsedMs });
  }, TICK_MS);
  return reporter;
}
