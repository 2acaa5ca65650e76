import { join } from "node:path";
import { readEnv } from "../../util/env.ts";
import { homeDir } from "../../util/home-dir.ts";
import { packageRoot, readPackageVersion } from "../../util/package-root.ts";

/** Where the engine's sources are, and where engines built from them are kept. */
export interface BuildPaths {
  /** The directory of the Go module. */
  sourceDir: string;
  /** The cache: one directory for each engine that was built. */
  cacheDir: string;
  /** The version that the engine reports. */
  version: string;
}

/** The sources in this package, and the cache that the environment names. */
export function defaultBuildPaths(): BuildPaths {
  return {
    sourceDir: join(packageRoot, "engine"),
    cacheDir: join(seatrialCacheDir(), "engine"),
    version: readPackageVersion(),
  };
}

function seatrialCacheDir(): string {
  return readEnv("SEATRIAL_CACHE_DIR") ?? join(readEnv("XDG_CACHE_HOME") ?? join(homeDir(), ".cache"), "seatrial");
}

/** The engine's file name on this system. */
export const engineFileName = process.platform === "win32" ? "seatrial-engine.exe" : "seatrial-engine";

/** This system and processor as Node and npm name them, such as `linux-x64`. */
export const platformName = `${process.platform}-${process.arch}`;
