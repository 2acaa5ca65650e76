/** How an engine ended. */
export interface EngineEnd {
  exitCode: number | undefined;
  /** The signal that ended it, such as `SIGKILL`. */
  signal: NodeJS.Signals | undefined;
  /** Whether it had to be killed, because it did not end by itself in time. */
  isForced: boolean;
  /** Whether `stop()` asked for it. */
  isExpected: boolean;
  /** The engine's own words for why it ended, such as `stdin closed`. */
  reason: string | undefined;
  /** A sentence about the disk when a lack of space may have ended it. */
  shortage: string | undefined;
  /** Milliseconds since the engine was started. */
  afterMs: number;
}
