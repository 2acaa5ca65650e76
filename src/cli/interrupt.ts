import { exitCodes } from "./exit-code.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Turns the first Ctrl-C (also SIGTERM, SIGHUP) into an abort; the second exits immediately. */
export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
  readonly isInterrupted: boolean;
}

/** Listens until disposed. `onFirst` may announce that a second Ctrl-C exits immediately. */
export function listenForInterrupt(onFirst: () => void = () => {}): Interrupt {
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort(new Error(`interrupted by ${signal}`));
    onFirst();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    get isInterrupted() {
      return controller.signal.aborted;
    },
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
