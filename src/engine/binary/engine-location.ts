/** An engine that can be started, and where it came from. */
export interface EngineLocation {
  /** Absolute path of the program. */
  path: string;
  /** `env` is `SEATRIAL_ENGINE`, `package` the platform package, `cache` built earlier, `built` built just now. */
  source: "env" | "package" | "cache" | "built";
}

/** How far the build of an engine is. */
export interface BuildProgress {
  /** `wait`: another process builds the same engine; the other fields tell how far that one is. */
  step: "wait" | "download" | "compile" | "link" | "install";
  /** Modules downloaded or packages compiled so far. */
  done: number;
  /** How many there are, once it is known. */
  total?: number;
  /** Milliseconds since the build began. */
  elapsedMs: number;
  /** The module or package that was seen last. */
  current?: string;
}

/** How {@link provideEngine} and {@link buildEngine} work. */
export interface ProvideEngineOptions {
  /** Called when the build gets on, at least once a second while it runs. Never called when nothing is built. */
  onProgress?: ((progress: BuildProgress) => void) | undefined;
  /** Ends the build; what was compiled stays in Go's own cache, so the next build goes on from there. */
  signal?: AbortSignal | undefined;
}
