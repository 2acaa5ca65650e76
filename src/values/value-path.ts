/** The keys that lead to a value; items of lists by their index. */
export type ValuePath = readonly (string | number)[];

/** A path as Helm's `--set` takes it: `ingress.hosts[0].paths`; a dot in a key has a backslash. */
export function formatValuePath(path: ValuePath): string {
  return path
    .map((segment, index) => {
      if (typeof segment === "number") return `[${segment}]`;
      return `${index === 0 ? "" : "."}${segment.replaceAll(".", "\\.")}`;
    })
    .join("");
}
