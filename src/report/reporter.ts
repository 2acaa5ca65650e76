import type { StepName, TrialResult } from "../trial/trial-result.ts";

/** The progress of an engine's build. */
export interface BuildState {
  step: string;
  done: number;
  total?: number | undefined;
  /** From 0 to 1. */
  fraction?: number | undefined;
  remainingMs?: number | undefined;
  elapsedMs: number;
  current?: string | undefined;
}

/** Shows the progress of a run to a person. Every method returns at once and never throws. */
export interface Reporter {
  /** An engine is being built from its sources, which takes minutes. */
  building(state: BuildState): void;
  /** The control plane is being started; `step` has just been done. */
  booting(step: string): void;
  /** The control plane is ready; `trialCount` trials follow. */
  started(trialCount: number): void;
  /** A trial begins its next step. */
  stepping(id: string, step: StepName): void;
  /** A trial begins or ends to wait for other trials. */
  waiting(id: string, isWaiting: boolean): void;
  /** A trial has ended. */
  ended(trial: TrialResult): void;
  /** Prints a line about anything else. */
  note(text: string): void;
  /** The run has ended: clears the lines that are redrawn. Safe to call twice. */
  close(): void;
}

/** Where a reporter writes: `process.stdout`, or a list of strings in a test. */
export interface Output {
  write(text: string): void;
  /** Columns of the terminal; `undefined` when it is not a terminal. */
  readonly columns?: number | undefined;
}
