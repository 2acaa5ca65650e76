/**
 * How a tool answered a fault, best first:
 *
 * - `field`: the right answer, with the object and the field, if one field is at fault
 * - `object`: the right answer, with the object
 * - `vague`: the chart does not pass, and neither object nor file is named
 * - `weaker`: only a warning where an error is right, or "could not be checked"; or an error where it is not right
 * - `missed`: the chart passes
 *
 * For changes that only look like a fault: `quiet`, or `alarm`.
 */
export type CatchVerdict = "field" | "object" | "vague" | "weaker" | "missed" | "quiet" | "alarm";

/** Whether somebody who reads the report learns of the fault. */
export function isCaught(verdict: CatchVerdict | undefined): boolean {
  return verdict === "field" || verdict === "object" || verdict === "vague";
}

/** What a tool said about one chart. */
export interface Outcome {
  verdict: CatchVerdict;
  /** What it said, and does not say about the chart without the fault. */
  said: string[];
}

/** The name of seatrial among the tools. */
export const SEATRIAL = "seatrial";
