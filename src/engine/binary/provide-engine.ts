import { EngineError } from "../../errors/engine-error.ts";
import { buildEngine } from "./build-engine.ts";
import { defaultEnginePlace, type EnginePlace, platformName } from "./build-paths.ts";
import type { EngineLocation, ProvideEngineOptions } from "./engine-location.ts";
import { searchEngine } from "./find-engine.ts";

/**
 * The engine that is at hand, or else one that is built from the sources in this package.
 * Rejects with `SEATRIAL_ENGINE_NOT_FOUND`, which lists where was looked, or as `buildEngine` does.
 */
export async function provideEngine(
  options: ProvideEngineOptions = {},
  place: EnginePlace = defaultEnginePlace(),
): Promise<EngineLocation> {
  const { location, lookedAt } = await searchEngine(place);
  if (location !== undefined) return location;
  try {
    return await buildEngine(options, place);
  } catch (error) {
    if (!(error instanceof EngineError) || !isNoBuildHere(error)) throw error;
    const [reason = ""] = error.message.split("\n");
    const lines = [
      `No engine for ${platformName} was found, and none can be built here`,
      ...lookedAt,
      `build: ${reason}`,
    ];
    throw new EngineError("SEATRIAL_ENGINE_NOT_FOUND", lines.join("\n  "), { hint: error.hint, cause: error });
  }
}

function isNoBuildHere({ code }: EngineError): boolean {
  return ["SEATRIAL_ENGINE_GO_MISSING", "SEATRIAL_ENGINE_GO_TOO_OLD", "SEATRIAL_ENGINE_NOT_FOUND"].includes(code);
}
