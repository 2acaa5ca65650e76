import { join } from "node:path";
import { readEnv } from "../../util/env.ts";
import { homeDir } from "../../util/home-dir.ts";
import { packageRoot, readPackageVersion } from "../../util/package-root.ts";

/** Where the engine's sources are and where built engines are kept. */
export interface EnginePlace {
  /** The folder of the Go module. */
  sourceDir: string;
  /** The folder that holds one folder for each engine that was built. */
  cacheDir: string;
  /** What the engine says is its version. */
  version: string;
}

/** The engine of this package, in the cache that the environment names. */
export function defaultEnginePlace(): EnginePlace {
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
