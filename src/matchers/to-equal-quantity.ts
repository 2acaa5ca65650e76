import { UsageError } from "../errors/usage-error.ts";
import { exactQuantity } from "../kube/exact-quantity.ts";
import { describe } from "../util/check-options.ts";
import { failEitherWay, hint, type MatcherContext, type MatcherResult, show } from "./matcher.ts";

/**
 * Passes when two quantities of Kubernetes are the same amount: `"1"` and `"1000m"`, `"1Gi"` and `"1024Mi"`. Fails also under `not` when
 * the received value is not a quantity. Throws `SEATRIAL_USAGE` when the expected one is not.
 */
export function toEqualQuantity(this: MatcherContext, received: unknown, expected: string | number): MatcherResult {
  const wanted = toAmount(expected);
  if (wanted === undefined)
    throw new UsageError(`toEqualQuantity needs a quantity such as "500m" or "1Gi", got ${describe(expected)}`);
  const firstLine = hint(this, "toEqualQuantity", show(this, expected));
  const amount = toAmount(received);
  if (amount === undefined)
    return failEitherWay(this, firstLine, `The received value is not a quantity: ${show(this, received)}`);
  const pass = amount === wanted;
  const message = () =>
    pass
      ? `${firstLine}\n\n${show(this, received)} is the same amount as ${show(this, expected)}`
      : `${firstLine}\n\n${show(this, received)} is ${amount < wanted ? "less" : "more"} than ${show(this, expected)}`;
  return { pass, message, actual: received, expected };
}

function toAmount(value: unknown): bigint | undefined {
  return typeof value === "string" || typeof value === "number" ? exactQuantity(value) : undefined;
}
