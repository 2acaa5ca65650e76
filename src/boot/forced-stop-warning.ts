/**
 * Warns that an engine had to be killed. An engine that does not end when asked has a fault, which nobody would notice when
 * everything else succeeds.
 */
export function emitForcedStopWarning(pid: number): void {
  process.emitWarning(`The engine (process ${pid}) did not end within 2 s of being asked and was killed`, {
    type: "SeatrialWarning",
    code: "SEATRIAL_FORCED_STOP",
  });
}
