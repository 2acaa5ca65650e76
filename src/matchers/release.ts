import type { Release } from "../release/release.ts";
import { mustBe } from "./matcher.ts";

/** Throws a `TypeError` unless the value is a release. */
export function mustBeRelease(matcher: string, received: unknown): asserts received is Release {
  mustBe<Release>(matcher, received, "a release of installChart", (value) => {
    return "uninstall" in value && "upgrade" in value && "revision" in value;
  });
}

/** `release web of chart web 1.0.0, revision 2` */
export function describeRelease({ name, chart, revision }: Release): string {
  return `release ${name} of chart ${chart.name} ${chart.version}, revision ${revision}`;
}
