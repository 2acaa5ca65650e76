import type { MatcherState, SyncMatcherResult } from "vitest";
import type { OptionSpec } from "../util/check-options.ts";
import { checkOptions, describe } from "../util/check-options.ts";

/** `this` inside a matcher, as vitest passes it. */
export type MatcherContext = MatcherState;
/** What a matcher returns. vitest inverts `pass` for `.not`, a matcher never does. */
export type MatcherResult = SyncMatcherResult;

/** The first line of every message: `expect(received).not.toBeAccepted()`. */
export function hint(context: MatcherContext, matcher: string, expected = ""): string {
  return context.utils.matcherHint(matcher, undefined, expected, { isNot: context.isNot });
}

/** A value on one line, as messages show it. */
export function show(context: MatcherContext, value: unknown): string {
  return context.utils.stringify(value, undefined, { min: true });
}

/** An expected and a received finding side by side, each on one line. */
export function compareFindings(context: MatcherContext, expected: object, received: object | undefined): string {
  const { EXPECTED_COLOR, RECEIVED_COLOR } = context.utils;
  const left = Object.keys(expected).length === 0 ? "any finding" : show(context, expected);
  const right = received === undefined ? "no finding" : show(context, received);
  return `Expected: ${EXPECTED_COLOR(left)}\nReceived: ${RECEIVED_COLOR(right)}`;
}

/**
 * A failure with and without `.not`: the object in question does not exist, so neither the assertion nor its opposite was
 * shown. Without this a misspelt name would pass every negated assertion.
 */
export function failEitherWay(context: MatcherContext, firstLine: string, reason: string): MatcherResult {
  return { pass: context.isNot, message: () => `${firstLine}\n\n${reason}` };
}

/** Throws a `TypeError` when the received value is not of the kind that the matcher is for. */
export function mustBe<Value>(
  matcher: string,
  received: unknown,
  what: string,
  isRight: (value: object) => boolean,
): asserts received is Value {
  if (typeof received === "object" && received !== null && isRight(received)) return;
  throw new TypeError(`${matcher} needs ${what}, got ${describe(received)}`);
}

/** Throws a `SEATRIAL_USAGE` error for unknown keys of the expected value and for values of the wrong kind. */
export function checkExpected<Expected extends object>(
  matcher: string,
  expected: unknown,
  spec: OptionSpec<Expected>,
): asserts expected is Expected {
  checkOptions<Expected>(matcher, expected, spec);
}

/** A check for an option that is a contained text or a pattern. */
export function textOrPattern(value: unknown): string | undefined {
  return typeof value === "string" || value instanceof RegExp ? undefined : "a string or a regular expression";
}

/** Whether a text contains `expected`, or matches it. */
export function containsText(text: string, expected: string | RegExp): boolean {
  return typeof expected === "string" ? text.includes(expected) : new RegExp(expected).test(text);
}
