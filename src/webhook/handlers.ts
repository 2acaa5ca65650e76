import { UsageError } from "../errors/usage-error.ts";
import type { KubeObject } from "../kube/object-ref.ts";
import { checkOptions, describe } from "../util/check-options.ts";
import type { AdmissionResponse, AdmissionReview, ConversionRequest } from "./review.ts";
import { type HandlerCall, toWire } from "./wire.ts";

/** Answers admission reviews. When it throws, the call has failed and the webhook's `failurePolicy` decides. */
export type AdmissionHandler = (review: AdmissionReview) => AdmissionResponse | Promise<AdmissionResponse>;
/** Answers conversion reviews with the objects in `desiredAPIVersion`, in the same order. */
export type ConversionHandler = (request: ConversionRequest) => KubeObject[] | Promise<KubeObject[]>;

/** The functions of a spec that answer reviews. */
export interface Handlers {
  handle?: AdmissionHandler | undefined;
  convert?: ConversionHandler | undefined;
}

/** Runs the handler for a review. Resolves with the answer for the engine; never rejects. */
export async function runHandler(
  handlers: Handlers,
  call: HandlerCall,
): Promise<{ response: object } | { error: string }> {
  const { id: _id, ...review } = call;
  try {
    if (review.type === "conversion") {
      const converted = await handlers.convert?.(review.request);
      if (!Array.isArray(converted)) {
        throw new UsageError(`convert must return the converted objects, it returned ${describe(converted)}`);
      }
      return { response: { convertedObjects: converted } };
    }
    return { response: toWire(checkResponse(await handlers.handle?.(review))) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function checkResponse(value: AdmissionResponse | undefined): AdmissionResponse {
  if (typeof value?.allowed !== "boolean") {
    throw new UsageError(`handle must return { allowed: true or false, … }, it returned ${describe(value)}`);
  }
  checkOptions<AdmissionResponse>("the response of handle", value, {
    allowed: "boolean",
    message: "string",
    code: "number",
    reason: "string",
    patch: "array",
    warnings: "string[]",
    auditAnnotations: "object",
  });
  return value;
}
