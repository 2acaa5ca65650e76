const decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const NANO_DIGITS = 9;
const MAX = (2n ** 63n - 1n) * 10n ** 9n;

// Source: k8s.io/apimachinery, pkg/api/resource/quantity.go. `1E` is a suffix, `1E3` has an exponent.
const grammar = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:([eE][+-]?\d+)|(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]))?$/;
// The largest number has 19 digits: larger exponents make no difference.
const MAX_EXPONENT = 40;

/**
 * The value of a quantity such as `500m` or `1.5Gi` in billionths, as Kubernetes reads it: smaller parts are rounded up, and the
 * magnitude is at most 2⁶³ − 1. `undefined` for a text that is not a quantity.
 */
export function exactQuantity(quantity: string | number): bigint | undefined {
  const match = grammar.exec(String(quantity));
  if (match === null) return undefined;
  const [, sign = "", number = "", exponentText, suffix = ""] = match;
  const [whole = "", fraction = ""] = number.split(".");
  const exponent = exponentText === undefined ? 3 * decimalPower(suffix) : Number(exponentText.slice(1));
  const factor = binary.includes(suffix) ? 1024n ** BigInt(binary.indexOf(suffix) + 1) : 1n;
  const digits = BigInt(`${whole}${fraction}`) * factor;
  const power = Math.max(-MAX_EXPONENT, Math.min(MAX_EXPONENT, NANO_DIGITS + exponent - fraction.length));
  const magnitude = power >= 0 ? digits * 10n ** BigInt(power) : roundUp(digits, 10n ** BigInt(-power));
  const capped = magnitude > MAX ? MAX : magnitude;
  return sign === "-" ? -capped : capped;
}

function decimalPower(suffix: string): number {
  return binary.includes(suffix) ? 0 : decimal.indexOf(suffix) - decimal.indexOf("");
}

// Away from zero.
function roundUp(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor;
}
