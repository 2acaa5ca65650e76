import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { buildEngine } from "../../engine/binary/build-engine.ts";
import { type BuildPaths, buildPathsFor, defaultBuildPaths, nodeBuildPaths } from "../../engine/binary/build-paths.ts";
import { removeCachedEngines } from "../../engine/binary/engine-cache.ts";
import { findEnginePackage, platformPackage } from "../../engine/binary/engine-package.ts";
import { findEngine } from "../../engine/binary/find-engine.ts";
import { unpackEngine, unpackEngineTo } from "../../engine/binary/unpack-engine.ts";
import { EngineError } from "../../errors/engine-error.ts";
import { UsageError } from "../../errors/usage-error.ts";
import { readKubernetesVersion, sourceOfVersion } from "../../plane/kubernetes-version.ts";
import { renderBuildNeeds } from "../../report/build-needs.ts";
import { makeLiveReporter } from "../../report/live-reporter.ts";
import { makePlainReporter } from "../../report/plain-reporter.ts";
import type { Reporter } from "../../report/reporter.ts";
import { exitCodes } from "../exit-code.ts";
import type { GlobalOptions } from "../global-options.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { openTerminal, writeLines } from "../terminal.ts";

/** What `seatrial engine` can do. */
export type EngineAction = "path" | "build" | "unpack" | "clean";

/** Options of `seatrial engine`. */
export interface EngineOptions {
  /** The directory for `unpack`. @default the cache */
  to?: string | undefined;
  /** The version of Kubernetes for `path` and `build`, such as `1.35.4`. @default the newest */
  kubeVersion?: string | undefined;
}

/** Runs `seatrial engine path`, `build`, `unpack` or `clean`; resolves with the exit code. */
export async function engine(action: EngineAction, options: EngineOptions & GlobalOptions): Promise<number> {
  if (options.to !== undefined && action !== "unpack") {
    throw new UsageError(`\`seatrial engine ${action}\` has no option --to`, { hint: "only `unpack` has it" });
  }
  if (options.kubeVersion !== undefined && action !== "path" && action !== "build") {
    throw new UsageError(`\`seatrial engine ${action}\` has no option --kube-version`, {
      hint: "only `path` and `build` have it",
    });
  }
  await {
    path: () => printPath(options),
    build: () => build(options),
    unpack: () => unpack(options),
    clean,
  }[action]();
  return exitCodes.passed;
}

function pathsOf({ kubeVersion }: EngineOptions): BuildPaths {
  const version = kubeVersion === undefined ? undefined : readKubernetesVersion("--kube-version", kubeVersion);
  return buildPathsFor(sourceOfVersion(version).built);
}

async function printPath(options: EngineOptions): Promise<void> {
  const { location, lookedAt, packageHint } = await findEngine(pathsOf(options));
  if (location !== undefined) {
    await writeLines(process.stdout, [location.path]);
    return;
  }
  throw new EngineError("SEATRIAL_ENGINE_NOT_FOUND", ["No engine was found", ...lookedAt].join("\n  "), {
    hint:
      packageHint ??
      "`seatrial engine build` builds one, which needs Go; commands that need an engine build it themselves",
  });
}

async function build(options: EngineOptions & GlobalOptions): Promise<void> {
  const paths = pathsOf(options);
  const { output, style, isLive, width } = openTerminal(process.stderr, options.color);
  const startedMs = performance.now();
  using interrupt = listenForInterrupt();
  let reporter: Reporter | undefined;
  try {
    const { path, source } = await buildEngine(
      {
        // Before a live reporter hides the cursor and redraws the last line.
        onStart: (needs) => {
          const lines = renderBuildNeeds(needs, availableParallelism(), style, Math.min(width, 100));
          output.write(`${lines.join("\n")}\n`);
        },
        onProgress: (progress) => {
          reporter ??= isLive ? makeLiveReporter(output, style) : makePlainReporter(output, style);
          reporter.building(progress);
        },
        signal: interrupt.signal,
      },
      paths,
    );
    reporter?.close();
    await writeLines(process.stdout, [path]);
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
    const what = source === "built" ? `Built the engine in ${seconds} s` : "The engine was built before";
    await writeLines(process.stderr, [`${what}: ${((await stat(path)).size / 2 ** 20).toFixed(1)} MiB, ${path}`]);
  } finally {
    reporter?.close();
  }
}

async function unpack({ to }: EngineOptions): Promise<void> {
  const paths = defaultBuildPaths();
  const { found, absence, hint } = await findEnginePackage(paths);
  if (found === undefined) {
    throw new EngineError("SEATRIAL_ENGINE_NOT_FOUND", `The package ${platformPackage} is ${absence}`, { hint });
  }
  using interrupt = listenForInterrupt();
  const { signal } = interrupt;
  const path = to === undefined ? await unpackEngine(found, paths, signal) : await unpackEngineTo(found, to, signal);
  await writeLines(process.stdout, [path]);
}

async function clean(): Promise<void> {
  const { cacheDir, enginesCount, freedBytes: engineBytes } = await removeCachedEngines(defaultBuildPaths().cacheDir);
  const nodes = await removeCachedEngines(nodeBuildPaths().cacheDir);
  const freedBytes = engineBytes + nodes.freedBytes;
  const megabytes = Math.round(freedBytes / 1e6);
  await writeLines(process.stderr, [
    `Removed ${enginesCount} ${enginesCount === 1 ? "engine" : "engines"} (${megabytes} MB) from ${cacheDir}`,
  ]);
}
