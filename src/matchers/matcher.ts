import type { MatcherState, SyncMatcherResult } from "vitest";
import type { OptionSpec } from "../util/check-options.ts";
import { checkOptions, describe } from "../util/check-options.ts";

/** `this` inside a matcher, as vitest gives it. */
export type MatcherContext = MatcherState;
/** What a matcher returns: `pass` is never turned round for `.not`, vitest does that. */
export type MatcherResult = SyncMatcherResult;

/** The first line of every message: `expect(received).not.toBeAccepted()`. */
export function hint(context: MatcherContext, matcher: string, expected = ""): string {
  return context.utils.matcherHint(matcher, undefined, expected, { isNot: context.isNot });
}

/** A value on one line, as messages show it. */
export function show(context: MatcherContext, value: unknown): string {
  return context.utils.stringify(value, undefined, { min: true });
}

/**
 * A failure whichever way the assertion is put: what was to be looked at is not there, so neither `x` nor `not x` was
 * shown. Without this a misspelt name would pass every negated assertion.
 */
export function failEitherWay(context: MatcherContext, firstLine: string, reason: string): MatcherResult {
  return { pass: context.isNot, message: () => `${firstLine}\n\n${reason}` };
}

/** Throws a `TypeError` when the value under test is of another kind than the matcher is for. */
export function mustBe<Value>(
  matcher: string,
  received: unknown,
  what: string,
  isRight: (value: object) => boolean,
): asserts received is Value {
  if (typeof received === "object" && received !== null && isRight(received)) return;
  throw new TypeError(`${matcher} needs ${what}, got ${describe(received)}`);
}

/** Throws a `SEATRIAL_USAGE` error for unknown or wrong keys of what is expected. */
export function checkExpected<Expected extends object>(
  matcher: string,
  expected: unknown,
  spec: OptionSpec<Expected>,
): asserts expected is Expected {
  checkOptions<Expected>(matcher, expected, spec);
}

/** A check for options that are a text to be contained or a pattern to match. */
export function textOrPattern(value: unknown): string | undefined {
  return typeof value === "string" || value instanceof RegExp ? undefined : "a string or a regular expression";
}

/** Whether a text contains `expected`, or matches it. */
export function containsText(text: string, expected: string | RegExp): boolean {
  return typeof expected === "string" ? text.includes(expected) : new RegExp(expected).test(text);
}
