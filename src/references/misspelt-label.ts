import { isTypo } from "./names.ts";

/** The label that is most probably meant, as `key=value`, when one key or value of a selector is misspelt. */
export function misspeltLabel(
  wanted: Readonly<Record<string, string>>,
  labels: readonly Readonly<Record<string, string>>[],
): string | undefined {
  for (const [key, value] of Object.entries(wanted)) {
    for (const [otherKey, other] of labels.flatMap((each) => Object.entries(each))) {
      const isMeant = key === otherKey ? isTypo(value, other) : value === other && isTypo(key, otherKey);
      if (isMeant) return `${otherKey}=${other}`;
    }
  }
  return undefined;
}
