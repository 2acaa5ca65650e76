/**
 * Whether a field of a report, such as `spec.containers[name="web"].env[1].name`, is the expected one (`spec.containers.0.env`) or
 * below it. `*` is any item, and `a|b` one of several fields.
 */
export function isField(reported: string, expected: string): boolean {
  const found = segmentsOf(reported);
  return expected.split("|").some((field) =>
    segmentsOf(field).every((segment, index) => {
      const own = found[index];
      return own !== undefined && (own === segment || own === "*" || segment === "*");
    }),
  );
}

/** The last key of a field that is not an item: the word that a text has to have. */
export function lastKey(field: string): string | undefined {
  const [first = ""] = field.split("|");
  return segmentsOf(first).findLast((segment) => segment !== "*" && !/^\d+$/.test(segment));
}

function segmentsOf(field: string): string[] {
  return field
    .replaceAll(/\[(\d+)\]/g, ".$1")
    .replaceAll(/\[[^\]]*\]/g, ".*")
    .replace(/^\./, "")
    .split(".");
}
