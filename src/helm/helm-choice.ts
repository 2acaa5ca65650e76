import type { HelmMajor } from "./types.ts";

/** A program of the user, such as `/usr/local/bin/helm`. */
export interface HelmProgramChoice {
  /** The program's file. Relative to the working directory, when it is not absolute. */
  path: string;
}

/** Which Helm does the work: a major version of the Helms in the engine, or a program. */
export type HelmChoice = HelmMajor | HelmProgramChoice;
