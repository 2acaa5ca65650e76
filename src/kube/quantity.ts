const factors: Record<string, number> = { "": 1, n: 1e-9, u: 1e-6, m: 1e-3 };
for (const [index, prefix] of ["k", "M", "G", "T", "P", "E"].entries()) {
  factors[prefix] = 1000 ** (index + 1);
  factors[`${prefix.toUpperCase()}i`] = 1024 ** (index + 1);
}

/** The number of a quantity such as `500m` or `2Gi`; `NaN` for a text that is not a quantity. */
export function parseQuantity(quantity: string | number): number {
  // client-node's own function does not read fractions such as 1.5Gi.
  const [, number = "", suffix = ""] = String(quantity).match(/^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([A-Za-z]*)$/) ?? [];
  return number === "" ? Number.NaN : Number(number) * (factors[suffix] ?? Number.NaN);
}
