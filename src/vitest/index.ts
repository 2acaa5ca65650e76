import { expect, inject, vi } from "vitest";
import type {
  ConditionExpectation,
  DocumentExpectation,
  DocumentsExpectation,
  RejectedExpectation,
  TemplateFailureExpectation,
} from "../matchers/index.ts";
import * as matchers from "../matchers/index.ts";
import { printErrorsOnce } from "./print-errors.ts";
import { PROVIDED_KEY, TIMEOUTS_KEY } from "./provided.ts";
import { secretSerializer } from "./secret-serializer.ts";
import { trackTests } from "./track-tests.ts";
import { useControlPlane } from "./use-control-plane.ts";

export { unmasked } from "./secret-serializer.ts";

expect.extend(matchers);
expect.addSnapshotSerializer(secretSerializer);

useControlPlane(inject(PROVIDED_KEY));
vi.setConfig(inject(TIMEOUTS_KEY) ?? {});
trackTests();
printErrorsOnce();

interface SeatrialMatchers<R> {
  /** The API server accepts every object of a dry run. */
  toBeAccepted(): R;
  /** The API server rejects an object of a dry run, and one finding matches everything that is expected. */
  toBeRejected(expected?: RejectedExpectation): R;
  /** A rendered chart has a document with these fields. */
  toContainDocument(expected: DocumentExpectation): R;
  /** A `templateChart` call fails because of the chart. */
  toFailTemplate(expected?: string | RegExp | TemplateFailureExpectation): Promise<void>;
  /** An object has a status condition; by default its status is `"True"`. */
  toHaveCondition(type: string, expected?: ConditionExpectation | "True" | "False" | "Unknown"): R;
  /** A rendered chart has this number of documents, or at least one of a kind. */
  toHaveDocuments(expected: number | DocumentsExpectation): R;
}

declare module "vitest" {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> extends SeatrialMatchers<R> {}
}
