import { EngineError } from "../../errors/engine-error.ts";
import { ERROR_OUTPUT_LINES } from "../../util/defaults.ts";
import type { EngineSources } from "./engine-sources.ts";
import type { GoResult } from "./go.ts";

const patterns = {
  noSpace: /no space left on device|disk quota exceeded/i,
  tooOld: /requires go >= ?([\d.]+)|module requires Go ([\d.]+)|toolchain not available/i,
  network:
    /dial tcp|no such host|proxyconnect|connection refused|i\/o timeout|TLS handshake|module lookup disabled|server misbehaving|(?:Get|reading) "?https?:|40[34] |410 Gone|5\d\d /,
  killed: /signal: killed/,
  readOnly: /failed to initialize build cache|build cache is required|read-only file system/,
};

/** The error for a `go` command that failed, chosen by its output. */
export function toBuildError(step: "download" | "compile", result: GoResult, sources: EngineSources): EngineError {
  const output = result.stderrLines.filter((line) => !line.startsWith("go: downloading "));
  const text = output.join("\n");
  const shown = output.slice(-ERROR_OUTPUT_LINES).map((line) => `  ${line}`);
  const make = (code: ConstructorParameters<typeof EngineError>[0], first: string, hint?: string) =>
    new EngineError(code, [first, ...shown].join("\n"), { hint, exitCode: result.exitCode, outputTail: output });

  if (patterns.noSpace.test(text)) return toNoSpaceError(text, shown);
  const tooOld = patterns.tooOld.exec(text);
  if (tooOld !== null) {
    const needed = tooOld[1] ?? tooOld[2] ?? sources.goVersion;
    return make(
      "SEATRIAL_ENGINE_GO_TOO_OLD",
      `The engine needs Go ${needed} or newer`,
      `install Go ${needed} or newer`,
    );
  }
  if (step === "download" && patterns.network.test(text)) {
    return make(
      "SEATRIAL_ENGINE_DOWNLOAD",
      "The engine's Go modules could not be downloaded",
      "GOPROXY names the servers that Go downloads modules from; `go env GOPROXY` shows it",
    );
  }
  if (patterns.killed.test(text)) {
    const hint = "the usual cause is a lack of memory; the build needs about 3 GB, less with GOMAXPROCS=1";
    return make("SEATRIAL_ENGINE_BUILD", "The build of the engine was killed", hint);
  }
  if (patterns.readOnly.test(text)) {
    const hint = "make the directories that GOCACHE and GOMODCACHE name writable, or set both to other directories";
    return make("SEATRIAL_ENGINE_BUILD", "The engine could not be built: Go's caches are not writable", hint);
  }
  return make("SEATRIAL_ENGINE_BUILD", `The engine could not be built: go failed with exit code ${result.exitCode}`);
}

/** The error for a file system operation of the build that failed. */
export function toCacheError(cacheDir: string, cause: unknown): Error {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") return toNoSpaceError(message, [], cause);
  if (code === undefined || !["EACCES", "EPERM", "EROFS", "ENOTDIR"].includes(code)) return cause as Error;
  return new EngineError("SEATRIAL_ENGINE_BUILD", `The cache directory ${cacheDir} is not writable: ${message}`, {
    hint: "set SEATRIAL_CACHE_DIR to a writable directory",
    cause,
  });
}

function toNoSpaceError(text: string, shown: string[], cause?: unknown): EngineError {
  const where = /(\S+): (?:no space left|disk quota)/i.exec(text)?.[1];
  const first = `No space is left for building the engine${where === undefined ? "" : ` at ${where}`}`;
  return new EngineError("SEATRIAL_ENGINE_NO_SPACE", [first, ...shown].join("\n"), {
    hint: "a first build needs about 5.4 GB, most of it in Go's caches; GOCACHE, GOMODCACHE, GOTMPDIR and SEATRIAL_CACHE_DIR move them",
    cause,
  });
}
