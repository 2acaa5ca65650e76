import { checkOptions } from "../util/check-options.ts";
import type { WebhookReview } from "./review.ts";
import { checkName, readTarget, type WebhookTarget } from "./target.ts";
import { fromWire, type WireReview } from "./wire.ts";

/** Which reviews are wanted. */
export interface WebhookReviewsOptions {
  /** The name of a webhook, a webhook configuration, or a CustomResourceDefinition that is converted. @default all of the release */
  name?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * The calls of a release's webhooks that were answered in place of their backend, oldest first: the last 1000 of each
 * configuration. Calls about objects that are not the release's own are not among them. Rejects with `SEATRIAL_USAGE` for
 * a name that no webhook of the release has.
 */
export async function webhookReviews(
  target: WebhookTarget,
  options: WebhookReviewsOptions = {},
): Promise<WebhookReview[]> {
  checkOptions<WebhookReviewsOptions>("webhookReviews", options, { name: "string", signal: "object" });
  await checkName("webhookReviews", target, options.name);
  return readReviews(target, options);
}

/** The reviews after the one with this number. */
export async function readReviews(
  target: WebhookTarget,
  { name, since = 0, signal }: WebhookReviewsOptions & { since?: number },
): Promise<WebhookReview[]> {
  const { plane, namespace } = readTarget("webhookReviews", target);
  const request = { namespace, since, ...(name === undefined ? {} : { name }) };
  const { reviews } = await plane.engine.ask<{ reviews: WireReview[] }>("webhook/reviews", request, { signal });
  return reviews.map(fromWire);
}
