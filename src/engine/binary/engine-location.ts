/** An engine that can be started, and where it came from. */
export interface EngineLocation {
  /** Absolute path of the executable file. */
  path: string;
  /** `env`: `SEATRIAL_ENGINE`; `package`: unpacked from the platform package; `cache`: built earlier; `built`: built by this call. */
  source: "env" | "package" | "cache" | "built";
}

/** The progress of an engine's build. */
export interface BuildProgress {
  /** `wait`: another process builds the same engine, and the other fields are the progress of that build. */
  step: "wait" | "download" | "compile" | "link" | "install";
  /** Modules downloaded or packages compiled so far. */
  done: number;
  /** Number of packages, once it is known. */
  total?: number;
  /** The part of the compilation that is done, from 0 to 1, by the size of the sources. */
  fraction?: number;
  /** An estimate of the rest in milliseconds, once enough is compiled for it. */
  remainingMs?: number;
  /** Milliseconds since the build began. */
  elapsedMs: number;
  /** The latest module or package. */
  current?: string;
}

/** What a build needs, before it begins. */
export interface BuildNeeds {
  sourceDir: string;
  /** The Go that compiles it, and the lowest version that is enough; such as `go1.26.8` and `1.26.0`. */
  goVersion: string;
  neededGoVersion: string;
  /** Where a first build writes, and how much. */
  disk: { name: string; path: string; neededBytes: number; freeBytes: number | undefined }[];
}

/** Options of {@link provideEngine} and {@link buildEngine}. */
export interface ProvideEngineOptions {
  /** Called before a build begins. Never called when nothing is built. */
  onStart?: ((needs: BuildNeeds) => void) | undefined;
  /** Called when the build progresses, at least once a second while it runs. Never called when nothing is built. */
  onProgress?: ((progress: BuildProgress) => void) | undefined;
  /** Ends the build; compiled packages stay in Go's own cache, so the next build continues from there. */
  signal?: AbortSignal | undefined;
}
