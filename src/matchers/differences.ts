import { isMapping } from "../util/is-mapping.ts";
import type { MatcherContext } from "./matcher.ts";

/** A field whose value is not as expected. */
export interface Difference {
  /** Such as `spec.template.spec.containers[0].image`. */
  path: string;
  expected: unknown;
  received: unknown;
}

type Equals = MatcherContext["equals"];

/**
 * Where a value does not have the expected fields, by vitest's rules for `toMatchObject`: other keys of an object may have any
 * value, an array must have as many items as are expected.
 */
export function findDifferences(received: unknown, expected: unknown, equals: Equals, path = ""): Difference[] {
  if (isMapping(expected) && isMapping(received) && !isAsymmetric(expected)) {
    return Object.entries(expected).flatMap(([key, value]) =>
      findDifferences(received[key], value, equals, joinPath(path, key)),
    );
  }
  if (Array.isArray(expected) && Array.isArray(received) && expected.length === received.length) {
    return expected.flatMap((value, index) => findDifferences(received[index], value, equals, `${path}[${index}]`));
  }
  return equals(received, expected) ? [] : [{ path, expected, received }];
}

/** Whether a value is a matcher such as `expect.stringContaining`, which compares the received value itself. */
export function isAsymmetric(value: object): boolean {
  return typeof (value as { asymmetricMatch?: unknown }).asymmetricMatch === "function";
}

/** `metadata.labels["app.kubernetes.io/name"]`, `spec.replicas` */
export function joinPath(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}
