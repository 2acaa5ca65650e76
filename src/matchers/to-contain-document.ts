import type { JsonObject } from "../errors/seatrial-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { describe } from "../util/check-options.ts";
import { isMapping } from "../util/is-mapping.ts";
import { maskSecrets } from "../util/text/mask-secrets.ts";
import { type Difference, findDifferences, isAsymmetric, joinPath } from "./differences.ts";
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
  const message = () => {
    if (pass) return `${firstLine}\n\nThe chart has that document`;
    if (hasFields) return `${firstLine}\n\n${describeNearest(this, candidates, fields)}`;
    return `${firstLine}\n\nThe chart has no such document\n  it has: ${listDocuments(received)}`;
  };
  return { pass, message };
}

// The document that differs in the fewest fields, field by field.
function describeNearest(context: MatcherContext, candidates: readonly KubeObject[], fields: object): string {
  const compared = candidates.map((document) => ({
    document,
    differences: findDifferences(document, fields, context.equals),
  }));
  const [nearest] = compared.toSorted((one, other) => countLeaves(one.differences) - countLeaves(other.differences));
  if (nearest === undefined) return "";
  const { document, differences } = nearest;
  const { kind } = document;
  const name = document.metadata?.name ?? "(without a name)";
  const of = candidates.length === 1 ? "" : `None of ${candidates.length} ${kind} documents has these fields. `;
  const secret = kind === "Secret" ? (value: object) => maskSecrets({ ...value, kind } as JsonObject) : undefined;
  const lines = differences.map((difference) => describeDifference(context, difference, document, fields, secret));
  return [`${of}${kind} ${name} differs in ${countOf(differences.length)}`, ...lines].join("\n");
}

// A missing object weighs as much as everything that is expected in it.
function countLeaves(differences: readonly Difference[]): number {
  const leaves = (value: unknown): number =>
    typeof value === "object" && value !== null && !isAsymmetric(value)
      ? Object.values(value).reduce<number>((sum, item) => sum + leaves(item), 0)
      : 1;
  return differences.reduce((sum, { expected }) => sum + leaves(expected), 0);
}

function countOf(count: number): string {
  return count === 1 ? "1 field" : `${count} fields`;
}

function describeDifference(
  context: MatcherContext,
  { path, expected, received }: Difference,
  document: object,
  fields: object,
  mask: ((value: object) => object) | undefined,
): string {
  const { EXPECTED_COLOR, RECEIVED_COLOR } = context.utils;
  // The data of a Secret must not be printed.
  const masked = (value: unknown, whole: object) => (mask === undefined ? value : valueAt(mask(whole), path));
  const left = EXPECTED_COLOR(show(context, masked(expected, fields)));
  const right = received === undefined ? "nothing" : show(context, masked(received, document));
  return `  ${path}\n    expected: ${left}\n    received: ${RECEIVED_COLOR(right)}`;
}

function valueAt(value: unknown, path: string): unknown {
  const keys = [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)];
  return keys.reduce<unknown>((at, [, quoted, index, key]) => {
    const name = quoted === undefined ? (index ?? key ?? "") : (JSON.parse(`"${quoted}"`) as string);
    return typeof at === "object" && at !== null ? (at as Record<string, unknown>)[name] : undefined;
  }, value);
}

function missingPaths(actual: unknown, expected: unknown, path = ""): string[] {
  if (!isMapping(expected) || isAsymmetric(expected)) return [];
  return Object.entries(expected).flatMap(([key, value]) => {
    const at = joinPath(path, key);
    return isMapping(actual) && Object.hasOwn(actual, key) ? missingPaths(actual[key], value, at) : [at];
  });
}
