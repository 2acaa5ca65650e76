import type { TemplateResult } from "../release/results.ts";
import { mustBe } from "./matcher.ts";

/** Throws a `TypeError` unless the value is a result of `templateChart`. */
export function mustBeTemplateResult(matcher: string, received: unknown): asserts received is TemplateResult {
  mustBe<TemplateResult>(matcher, received, "a result of templateChart", (value) => {
    return "documents" in value && "manifest" in value;
  });
}

/** The kinds and names of the documents, for messages. */
export function listDocuments({ documents }: TemplateResult): string {
  return documents.map(({ kind, metadata }) => `${kind} ${metadata?.name ?? "(without a name)"}`).join(", ") || "none";
}
