import { EngineError } from "../../errors/engine-error.ts";
import { buildEngine } from "./build-engine.ts";
import { type BuildPaths, defaultBuildPaths, platformName } from "./build-paths.ts";
import type { EngineLocation, ProvideEngineOptions } from "./engine-location.ts";
import { findEngine } from "./find-engine.ts";

/**
 * Finds an engine, or builds one from the sources in this package.
 * Rejects with `SEATRIAL_ENGINE_NOT_FOUND`, which lists the places that were searched, or as `buildEngine` does.
 */
export async function provideEngine(
  options: ProvideEngineOptions = {},
  paths: BuildPaths = defaultBuildPaths(),
): Promise<EngineLocation> {
  const { location, lookedAt } = await findEngine(paths);
  if (location !== undefined) return location;
  try {
    return await buildEngine(options, paths);
  } catch (error) {
    if (!(error instanceof EngineError) || !cannotBuildHere(error)) throw error;
    const [reason = ""] = error.message.split("\n");
    const lines = [
      `No engine for ${platformName} was found, and none can be built here`,
      ...lookedAt,
      `build: ${reason}`,
    ];
    throw new EngineError("SEATRIAL_ENGINE_NOT_FOUND", lines.join("\n  "), { hint: error.hint, cause: error });
  }
}

function cannotBuildHere({ code }: EngineError): boolean {
  return ["SEATRIAL_ENGINE_GO_MISSING", "SEATRIAL_ENGINE_GO_TOO_OLD", "SEATRIAL_ENGINE_NOT_FOUND"].includes(code);
}
