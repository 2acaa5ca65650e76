import { EngineError } from "../../errors/engine-error.ts";
import { loadExeca } from "../../process/load-execa.ts";
import { homeDir } from "../../util/home-dir.ts";
import { throwIfAborted } from "../../util/race.ts";

/** How a run of `go` ended. */
export interface GoResult {
  isFound: boolean;
  exitCode: number | undefined;
  stdout: string;
  stderrLines: string[];
}

/** Options of {@link runGo}. */
export interface GoOptions {
  cwd: string;
  signal?: AbortSignal | undefined;
  onStderrLine?: ((line: string) => void) | undefined;
}

const MAX_STDERR_LINES = 5000;

/**
 * Runs `go` with the environment that the engine's build needs, and without the user's settings that would change the result:
 * other flags, a workspace, another target. `GOTOOLCHAIN`, proxies and caches stay the user's. Rejects only when the signal
 * aborts.
 */
export async function runGo(args: string[], options: GoOptions): Promise<GoResult> {
  const { cwd, signal, onStderrLine } = options;
  throwIfAborted(signal);
  const execa = await loadExeca();
  const subprocess = execa("go", args, {
    cwd,
    env: {
      HOME: homeDir(),
      CGO_ENABLED: "0",
      GO111MODULE: "on",
      GOFLAGS: "-mod=readonly",
      GOWORK: "off",
      GOOS: "",
      GOARCH: "",
    },
    stdin: "ignore",
    // The compilers that go started end with it, also when this process ends.
    killDescendants: true,
    // go removes its work directory then, however long that takes; compiled packages are in its cache already.
    killSignal: "SIGINT",
    forceKillAfterDelay: false,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    reject: false,
    buffer: { stderr: false },
  });
  const stderrLines: string[] = [];
  const readStderr = async () => {
    for await (const line of subprocess.iterable({ from: "stderr" })) {
      if (stderrLines.length < MAX_STDERR_LINES) stderrLines.push(line);
      onStderrLine?.(line);
    }
  };
  // The iteration rejects when go fails; the result below shows that, too.
  await readStderr().catch(() => undefined);
  const result = await subprocess;
  throwIfAborted(signal);
  const isFound = (result.cause as NodeJS.ErrnoException | undefined)?.code !== "ENOENT";
  return { isFound, exitCode: result.exitCode, stdout: result.stdout, stderrLines };
}

/**
 * The version of the `go` on PATH that builds the module in `dir`, such as `go1.26.8`.
 * Rejects with `SEATRIAL_ENGINE_GO_MISSING` or `SEATRIAL_ENGINE_GO_TOO_OLD`.
 */
export async function readGoVersion(dir: string, neededVersion: string): Promise<string> {
  const { isFound, exitCode, stdout, stderrLines } = await runGo(["version"], { cwd: dir });
  const hint = `install Go ${neededVersion} or newer and put it on PATH`;
  if (!isFound) throw new EngineError("SEATRIAL_ENGINE_GO_MISSING", "`go` is not on PATH", { hint });
  const version = /^go version (?:devel )?(go\S+)/.exec(stdout)?.[1];
  const found = version ?? stderrLines.join("\n");
  if (exitCode !== 0 || version === undefined || isOlder(version, neededVersion)) {
    const message = `The engine needs Go ${neededVersion} or newer; \`go version\` says: ${found}`;
    throw new EngineError("SEATRIAL_ENGINE_GO_TOO_OLD", message, { hint, outputTail: stderrLines });
  }
  return version;
}

/** Whether `go1.25.3` is older than `1.26.0`. */
export function isOlder(version: string, needed: string): boolean {
  const [major = 0, minor = 0, patch = 0] = toNumbers(version);
  const [neededMajor = 0, neededMinor = 0, neededPatch = 0] = toNumbers(needed);
  return (major - neededMajor || minor - neededMinor || patch - neededPatch) < 0;
}

function toNumbers(version: string): number[] {
  return [...version.matchAll(/\d+/g)].slice(0, 3).map(Number);
}
