import { execa } from "execa";
import { onExit } from "signal-exit";
import { EngineError } from "../../errors/engine-error.ts";
import { signalGroup } from "../../process/process-group.ts";
import { homeDir } from "../../util/home-dir.ts";
import { throwIfAborted } from "../../util/race.ts";

/** How a run of `go` ended. */
export interface GoResult {
  isFound: boolean;
  exitCode: number | undefined;
  stdout: string;
  stderrLines: string[];
}

/** How to run `go`. */
export interface GoOptions {
  cwd: string;
  signal?: AbortSignal | undefined;
  onStderrLine?: ((line: string) => void) | undefined;
}

const MAX_STDERR_LINES = 5000;

/**
 * Runs `go` with what the engine's build needs and nothing of the user's that would change the result: other flags, a
 * workspace, another target. `GOTOOLCHAIN`, proxies and caches stay theirs. Rejects only when the signal aborts.
 */
export async function runGo(args: string[], options: GoOptions): Promise<GoResult> {
  const { cwd, signal, onStderrLine } = options;
  throwIfAborted(signal);
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
    // A group of its own: the compilers that go started end with it.
    detached: true,
    cleanup: false,
    reject: false,
    buffer: { stderr: false },
  });
  const { pid } = subprocess;
  // SIGINT, because go removes its work folder then; what was compiled is in its cache already.
  const interrupt = () => void (pid !== undefined && signalGroup(pid, "SIGINT"));
  const removeHook = onExit(interrupt);
  signal?.addEventListener("abort", interrupt, { once: true });
  const stderrLines: string[] = [];
  try {
    const readStderr = async () => {
      for await (const line of subprocess.iterable({ from: "stderr" })) {
        if (stderrLines.length < MAX_STDERR_LINES) stderrLines.push(line);
        onStderrLine?.(line);
      }
    };
    // The iteration rejects when go fails, and so does go itself, which is looked at below.
    await readStderr().catch(() => undefined);
    const result = await subprocess;
    throwIfAborted(signal);
    const isFound = (result.cause as NodeJS.ErrnoException | undefined)?.code !== "ENOENT";
    return { isFound, exitCode: result.exitCode, stdout: result.stdout, stderrLines };
  } finally {
    signal?.removeEventListener("abort", interrupt);
    removeHook();
  }
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
