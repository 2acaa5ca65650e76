import { UsageError } from "../errors/usage-error.ts";
import { describe } from "../util/check-options.ts";
import { checkExpected, failEitherWay, hint, type MatcherContext, type MatcherResult, show } from "./matcher.ts";
import { listDocuments, mustBeTemplateResult } from "./template-result.ts";

/** Which documents, and how many. */
export interface DocumentsExpectation {
  kind?: string;
  apiVersion?: string;
  /** The exact number. @default at least one */
  count?: number;
}

/**
 * Passes when a rendered chart has this number of documents, hooks included: a number, or `{ kind, apiVersion, count }`.
 * A chart that rendered nothing fails, also under `not`, unless the expected count is 0.
 */
export function toHaveDocuments(
  this: MatcherContext,
  received: unknown,
  expected: number | DocumentsExpectation,
): MatcherResult {
  mustBeTemplateResult("toHaveDocuments", received);
  const wanted = typeof expected === "number" ? { count: expected } : expected;
  if (wanted === undefined)
    throw new UsageError(`toHaveDocuments needs a number or an object, got ${describe(expected)}`);
  checkExpected<DocumentsExpectation>("toHaveDocuments", wanted, {
    kind: "string",
    apiVersion: "string",
    count: "number",
  });
  const { kind, apiVersion, count }: DocumentsExpectation = wanted;
  const found = received.documents.filter(
    (document) =>
      (kind === undefined || document.kind === kind) &&
      (apiVersion === undefined || document.apiVersion === apiVersion),
  );
  const firstLine = hint(this, "toHaveDocuments", show(this, expected));
  if (received.documents.length === 0 && count !== 0) {
    return failEitherWay(this, firstLine, `Chart ${received.chart.name} rendered no documents`);
  }
  const selected = [apiVersion, kind].filter((part) => part !== undefined).join(" ");
  const noun = `${selected === "" ? "" : `${selected} `}document${found.length === 1 ? "" : "s"}`;
  return {
    pass: count === undefined ? found.length > 0 : found.length === count,
    message: () =>
      `${firstLine}\n\nChart ${received.chart.name} has ${found.length} ${noun}\n  all documents: ${listDocuments(received)}`,
    actual: found.length,
    expected: count ?? "at least 1",
  };
}
