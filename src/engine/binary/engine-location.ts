/** An engine that can be started, and where it came from. */
export interface EngineLocation {
  /** Absolute path of the executable file. */
  path: string;
  /** `env`: `SEATRIAL_ENGINE`; `package`: the platform package; `cache`: built earlier; `built`: built by this call. */
  source: "env" | "package" | "cache" | "built";
}

/** The progress of an engine's build. */
export interface BuildProgress {
  /** `wait`: another process builds the same engine, and the other fields are the progress of that build. */
  step: "wait" | "download" | "compile" | "link" | "install";
  /** Modules downloaded or packages compiled so far. */
  done: number;
  /** Number of modules or packages, once it is known. */
  total?: number;
  /** Milliseconds since the build began. */
  elapsedMs: number;
  /** The latest module or package. */
  current?: string;
}

/** Options of {@link provideEngine} and {@link buildEngine}. */
export interface ProvideEngineOptions {
  /** Called when the build progresses, at least once a second while it runs. Never called when nothing is built. */
  onProgress?: ((progress: BuildProgress) => void) | undefined;
  /** Ends the build; compiled packages stay in Go's own cache, so the next build continues from there. */
  signal?: AbortSignal | undefined;
}
