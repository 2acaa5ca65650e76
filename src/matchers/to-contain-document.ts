import type { JsonObject } from "../errors/seatrial-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { describe } from "../util/check-options.ts";
import { isMapping } from "../util/is-mapping.ts";
import { maskSecrets } from "../util/mask-secrets.ts";
import { failEitherWay, hint, type MatcherContext, type MatcherResult, show } from "./matcher.ts";
import { listDocuments, mustBeTemplateResult } from "./template-result.ts";

/** A part of a document: its kind, its name, and further fields that it must have. */
export interface DocumentExpectation {
  kind: string;
  /** The same as `metadata.name`. */
  name?: string;
  /** The same as `metadata.namespace`. */
  namespace?: string;
  apiVersion?: string;
  [field: string]: unknown;
}

/**
 * Passes when a rendered chart has a document with these fields; its other fields may have any value.
 * Fails also under `not` when the expected name matches several documents, when other fields are expected and no document
 * matches, and when the document does not have an expected field at all.
 */
export function toContainDocument(
  this: MatcherContext,
  received: unknown,
  expected: DocumentExpectation,
): MatcherResult {
  mustBeTemplateResult("toContainDocument", received);
  if (typeof expected !== "object" || expected === null || typeof expected.kind !== "string") {
    throw new UsageError(`toContainDocument needs an object with a kind, got ${describe(expected)}`);
  }
  const { kind, name, namespace, apiVersion, ...fields } = expected;
  const candidates = received.documents.filter(
    (document) =>
      document.kind === kind &&
      (name === undefined || document.metadata?.name === name) &&
      (namespace === undefined || document.metadata?.namespace === namespace) &&
      (apiVersion === undefined || document.apiVersion === apiVersion),
  );
  const firstLine = hint(this, "toContainDocument", show(this, { kind, ...(name === undefined ? {} : { name }) }));
  const hasFields = Object.keys(fields).length > 0;
  if (hasFields && candidates.length === 0) {
    return failEitherWay(this, firstLine, `The chart has no such document\n  it has: ${listDocuments(received)}`);
  }
  if (name !== undefined && candidates.length > 1) {
    const reason = `${candidates.length} documents are ${kind} ${name}; select one with { namespace } or { apiVersion }`;
    return failEitherWay(this, firstLine, reason);
  }
  // Without this, a misspelt path would pass every negated assertion.
  const missing = this.isNot ? candidates.flatMap((document) => missingPaths(document, fields)) : [];
  if (missing.length > 0) {
    return failEitherWay(this, firstLine, `The document has no ${[...new Set(missing)].join(", ")}`);
  }
  const isSubset = (document: KubeObject) => this.equals(document, fields, [this.utils.subsetEquality]);
  const pass = hasFields ? candidates.some(isSubset) : candidates.length > 0;
  const [only] = candidates;
  return {
    pass,
    message: () =>
      pass
        ? `${firstLine}\n\nThe chart has that document`
        : `${firstLine}\n\n${hasFields ? `No ${kind} has these fields` : "The chart has no such document"}\n  it has: ${listDocuments(received)}`,
    ...(hasFields && candidates.length === 1 && only !== undefined
      ? { actual: shown(kind, pick(only, fields)), expected: shown(kind, fields) }
      : {}),
  };
}

function missingPaths(actual: unknown, expected: unknown, path = ""): string[] {
  if (!isMapping(expected) || isAsymmetric(expected)) return [];
  return Object.entries(expected).flatMap(([key, value]) => {
    const at = path === "" ? key : `${path}.${key}`;
    return isMapping(actual) && Object.hasOwn(actual, key) ? missingPaths(actual[key], value, at) : [at];
  });
}

// expect.stringContaining and similar matchers compare the value themselves.
function isAsymmetric(value: object): boolean {
  return typeof (value as { asymmetricMatch?: unknown }).asymmetricMatch === "function";
}

// The difference is printed, and the data of a Secret must not be.
function shown(kind: string, fields: unknown): unknown {
  if (kind !== "Secret") return fields;
  const { kind: _kind, ...masked } = maskSecrets({ ...(fields as JsonObject), kind });
  return masked;
}

// Only the expected fields, to keep the printed difference short.
function pick(actual: unknown, expected: unknown): unknown {
  if (!isMapping(actual) || !isMapping(expected)) return actual;
  return Object.fromEntries(Object.keys(expected).map((key) => [key, pick(actual[key], expected[key])]));
}
