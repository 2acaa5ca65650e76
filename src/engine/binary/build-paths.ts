import { join } from "node:path";
import { readEnv } from "../../util/env.ts";
import { homeDir } from "../../util/home-dir.ts";
import { packageRoot, readPackageVersion } from "../../util/package-root.ts";

/** Where the engine's sources and its package are, and where engines are kept. */
export interface BuildPaths {
  /** The directory of the Go module. */
  sourceDir: string;
  /** seatrial's own package.json, from which the platform package is found. */
  manifestPath: string;
  /** The cache: one directory for each engine. */
  cacheDir: string;
  /** The version that the engine reports. */
  version: string;
  /** The older version of Kubernetes that the engine is built for, such as `1.35.4`. @default the newest */
  kubernetes?: string | undefined;
  /** What is built. @default the engine */
  target?: BuildTarget;
}

/** Programs that are built together, into one directory of the cache. */
export interface BuildTarget {
  /** Their packages, relative to the module, such as `./cmd/seatrial-node`. */
  packages: readonly string[];
  /** Their file names. The last one is looked for in the cache. */
  fileNames: readonly string[];
}

/** The sources in this package, and the cache that the environment names. */
export function defaultBuildPaths(): BuildPaths {
  return {
    sourceDir: join(packageRoot, "engine"),
    manifestPath: join(packageRoot, "package.json"),
    cacheDir: join(seatrialCacheDir(), "engine"),
    version: readPackageVersion(),
  };
}

/** As {@link defaultBuildPaths}, for an engine of an older version of Kubernetes, such as `1.35.4`; that of the newest without one. */
export function buildPathsFor(kubernetes: string | undefined): BuildPaths {
  return { ...defaultBuildPaths(), kubernetes };
}

function seatrialCacheDir(): string {
  return readEnv("SEATRIAL_CACHE_DIR") ?? join(readEnv("XDG_CACHE_HOME") ?? join(homeDir(), ".cache"), "seatrial");
}

/** As {@link defaultBuildPaths}, for the programs of a real node: kubelet, kube-proxy and DNS server, and what runs them. */
export function nodeBuildPaths(): BuildPaths {
  const fileNames = ["seatrial-node-init", "seatrial-node"];
  const target = { packages: fileNames.map((name) => `./cmd/${name}`), fileNames };
  return { ...defaultBuildPaths(), cacheDir: join(seatrialCacheDir(), "node"), target };
}

/** The engine's file name on this system. */
export const engineFileName = process.platform === "win32" ? "seatrial-engine.exe" : "seatrial-engine";

/** The engine, which is the package at the module's root. */
export const engineTarget: BuildTarget = { packages: ["."], fileNames: [engineFileName] };

/** This system and processor as Node and npm name them, such as `linux-x64`. */
export const platformName = `${process.platform}-${process.arch}`;
