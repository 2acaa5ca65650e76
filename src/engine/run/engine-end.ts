/** How an engine ended. */
export interface EngineEnd {
  exitCode: number | undefined;
  /** The signal that ended it, such as `SIGKILL`. */
  signal: NodeJS.Signals | undefined;
  /** Whether the engine had to be killed, because it did not end by itself in time. */
  isForced: boolean;
  /** Whether `stop()` was called before. */
  isExpected: boolean;
  /** The reason that the engine reported, such as `stdin closed`. */
  reason: string | undefined;
  /** A sentence about the disk when a lack of space may have ended the engine. */
  shortage: string | undefined;
  /** Milliseconds since the engine was started. */
  afterMs: number;
}
