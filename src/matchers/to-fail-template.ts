import { ChartError } from "../errors/chart-error.ts";
import { describe } from "../util/check-options.ts";
import {
  checkExpected,
  containsText,
  hint,
  type MatcherContext,
  type MatcherResult,
  show,
  textOrPattern,
} from "./matcher.ts";

/** What the failure must say. */
export interface TemplateFailureExpectation {
  /** Contained in the message, or a pattern for it. */
  message?: string | RegExp;
  /** The template as Helm names it: `web/templates/service.yaml`. */
  template?: string;
  /** The line in that template, 1-based. */
  line?: number;
}

/**
 * Passes when a `templateChart` call (its promise, or a function that makes the call) fails because of the chart: a
 * template, the values' schema, or the rendered text. Negated, the chart must be rendered. Any other error is rethrown,
 * because it says nothing about the chart.
 */
export async function toFailTemplate(
  this: MatcherContext,
  received: unknown,
  expected: string | RegExp | TemplateFailureExpectation = {},
): Promise<MatcherResult> {
  const wanted = typeof expected === "string" || expected instanceof RegExp ? { message: expected } : expected;
  checkExpected<TemplateFailureExpectation>("toFailTemplate", wanted, {
    message: textOrPattern,
    template: "string",
    line: "number",
  });
  const firstLine = hint(this, "toFailTemplate", Object.keys(wanted).length === 0 ? "" : show(this, expected));
  const failure = await failureOf(received);
  if (failure === undefined) {
    return { pass: false, message: () => `${firstLine}\n\nThe chart was rendered without a failure` };
  }
  return {
    // A chart that fails for another reason may also fail for the expected one.
    pass: this.isNot || isExpected(failure, wanted),
    message: () => `${firstLine}\n\nThe failure was:\n${failure.message}`,
  };
}

async function failureOf(received: unknown): Promise<ChartError | undefined> {
  const call = typeof received === "function" ? (received as () => unknown) : () => received;
  if (typeof received !== "function" && !isPromise(received)) {
    throw new TypeError(`toFailTemplate needs the promise of templateChart or a function, got ${describe(received)}`);
  }
  try {
    await call();
    return undefined;
  } catch (error) {
    if (error instanceof ChartError) return error;
    throw error;
  }
}

function isPromise(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value;
}

function isExpected(failure: ChartError, { message, template, line }: TemplateFailureExpectation): boolean {
  if (message !== undefined && !containsText(failure.message, message)) return false;
  const locations = [{ template: failure.file, line: failure.line }, ...failure.findings];
  return locations.some(
    (location) =>
      (template === undefined || location.template === template) && (line === undefined || location.line === line),
  );
}
