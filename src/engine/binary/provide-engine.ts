import { EngineError } from "../../errors/engine-error.ts";
import { buildEngine } from "./build-engine.ts";
import { type BuildPaths, defaultBuildPaths, platformName } from "./build-paths.ts";
import type { EngineLocation, ProvideEngineOptions } from "./engine-location.ts";
import { platformPackage } from "./engine-package.ts";
import { findEngine } from "./find-engine.ts";

/**
 * Finds an engine, or builds one from the sources in this package. When the build replaces a platform package that should be installed,
 * a warning of the process says so.
 * Rejects with `SEATRIAL_ENGINE_NOT_FOUND`, which lists the places that were searched, or as `findEngine` and `buildEngine` do.
 */
export async function provideEngine(
  options: ProvideEngineOptions = {},
  paths: BuildPaths = defaultBuildPaths(),
): Promise<EngineLocation> {
  const { location, lookedAt, packageHint } = await findEngine(paths, undefined, options.signal);
  if (location !== undefined) return location;
  const onStart: ProvideEngineOptions["onStart"] =
    packageHint === undefined
      ? options.onStart
      : (needs) => {
          warnOfBuild(packageHint);
          options.onStart?.(needs);
        };
  try {
    return await buildEngine({ ...options, onStart }, paths);
  } catch (error) {
    if (!(error instanceof EngineError) || !cannotBuildHere(error)) throw error;
    const [reason = ""] = error.message.split("\n");
    const ofKubernetes = paths.kubernetes === undefined ? "" : ` of Kubernetes ${paths.kubernetes}`;
    const lines = [
      `No engine${ofKubernetes} for ${platformName} was found, and none can be built here`,
      ...lookedAt,
      `build: ${reason}`,
    ];
    const hint = packageHint ?? error.hint;
    throw new EngineError("SEATRIAL_ENGINE_NOT_FOUND", lines.join("\n  "), { hint, cause: error });
  }
}

// Nobody would know why the first start takes minutes.
function warnOfBuild(hint: string): void {
  const reason = `The engine is compiled, because the package ${platformPackage} is not installed`;
  process.emitWarning(`${reason}. Hint: ${hint}`, { type: "SeatrialWarning", code: "SEATRIAL_ENGINE_BUILT" });
}

function cannotBuildHere({ code }: EngineError): boolean {
  return ["SEATRIAL_ENGINE_GO_MISSING", "SEATRIAL_ENGINE_GO_TOO_OLD", "SEATRIAL_ENGINE_NOT_FOUND"].includes(code);
}
