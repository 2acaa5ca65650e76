import type { StepName, TrialResult } from "../trial/trial-result.ts";

/** Where the build of an engine stands. */
export interface BuildState {
  step: string;
  done: number;
  total?: number | undefined;
  elapsedMs: number;
  current?: string | undefined;
}

/** Tells a person how a run goes while it goes. Every method returns at once; none throws. */
export interface Reporter {
  /** An engine is being built from its sources, which takes minutes. */
  building(state: BuildState): void;
  /** The control plane is being started; `step` has just been done. */
  booting(step: string): void;
  /** The control plane is there; `trialCount` trials follow. */
  started(trialCount: number): void;
  /** A trial goes on to its next step. */
  stepping(id: string, step: StepName): void;
  /** A trial has ended. */
  ended(trial: TrialResult): void;
  /** Anything else that is worth a line. */
  note(text: string): void;
  /** The run has ended: clears what is temporary. Safe to call twice. */
  close(): void;
}

/** Where a reporter writes: `process.stdout`, or a list of strings in a test. */
export interface Output {
  write(text: string): void;
  /** Columns of the terminal; `undefined` when it is none. */
  readonly columns?: number | undefined;
}
