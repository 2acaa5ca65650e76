import { readTarget, type SimulationTarget } from "../simulation/simulation-target.ts";
import { checkOptions } from "../util/check-options.ts";
import type { WebhookReview } from "./review.ts";
import { checkWebhookName } from "./webhook-names.ts";
import { fromWire, type WireReview } from "./wire.ts";

/** Options of {@link webhookReviews}. */
export interface WebhookReviewsOptions {
  /** The name of a webhook, a webhook configuration, or a CustomResourceDefinition with conversion. @default all of the release */
  name?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * The calls of a release's webhooks that were answered in place of their backend, oldest first: the last 1000 of each
 * configuration, without calls for objects of other releases. Rejects with `SEATRIAL_USAGE` for
 * a name that no webhook of the release has.
 */
export async function webhookReviews(
  target: SimulationTarget,
  options: WebhookReviewsOptions = {},
): Promise<WebhookReview[]> {
  checkOptions<WebhookReviewsOptions>("webhookReviews", options, { name: "string", signal: "object" });
  await checkWebhookName("webhookReviews", target, options.name);
  return readReviews(target, options);
}

/** The reviews whose number is greater than `since`. */
export async function readReviews(
  target: SimulationTarget,
  { name, since = 0, signal }: WebhookReviewsOptions & { since?: number },
): Promise<WebhookReview[]> {
  const { plane, namespace } = readTarget("webhookReviews", target);
  const request = { namespace, since, ...(name === undefined ? {} : { name }) };
  const { reviews } = await plane.engine.ask<{ reviews: WireReview[] }>("webhook/reviews", request, { signal });
  return reviews.map(fromWire);
}
