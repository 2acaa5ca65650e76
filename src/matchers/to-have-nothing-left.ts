import { UsageError } from "../errors/usage-error.ts";
import type { Finding } from "../findings/finding.ts";
import { whatIsLeft } from "../life/what-is-left.ts";
import { globPattern } from "../util/glob.ts";
import { findingsText } from "./findings-text.ts";
import { checkExpected, failEitherWay, hint, type MatcherContext, type MatcherResult, show } from "./matcher.ts";
import { describeRelease, mustBeRelease } from "./release.ts";

/** What may be left. */
export interface NothingLeftExpectation {
  /** Objects as `Kind/name`; `*` stands for any characters, `?` for one. @default none */
  allow?: readonly string[];
}

/**
 * Passes when no object of an uninstalled release exists any more, apart from the allowed ones. Objects that Helm or Kubernetes
 * keeps by rule are left, too. A release that is installed, and one that had no objects, fails also under `not`.
 */
export async function toHaveNothingLeft(
  this: MatcherContext,
  received: unknown,
  expected: NothingLeftExpectation = {},
): Promise<MatcherResult> {
  mustBeRelease("toHaveNothingLeft", received);
  checkExpected<NothingLeftExpectation>("toHaveNothingLeft", expected, { allow: "string[]" });
  const allowed = (expected.allow ?? []).map(toPattern);
  const firstLine = hint(this, "toHaveNothingLeft", Object.keys(expected).length === 0 ? "" : show(this, expected));
  const what = describeRelease(received);
  if (received.status !== "uninstalled")
    return failEitherWay(this, firstLine, `The release is still installed: uninstall it first (${what})`);
  if (received.manifest.trim() === "" && received.info.hooks.length === 0)
    return failEitherWay(this, firstLine, `The release had no object (${what})`);
  const left = await whatIsLeft(received);
  const unexpected = left.filter((finding) => !allowed.some((pattern) => pattern.test(nameOf(finding))));
  const rest = left.length - unexpected.length;
  const also = rest === 0 ? "" : `, besides ${rest} that may be left`;
  const count = unexpected.length === 1 ? "1 object is" : `${unexpected.length} objects are`;
  return {
    pass: unexpected.length === 0,
    message: () =>
      unexpected.length === 0
        ? `${firstLine}\n\nNothing is left${also} (${what})`
        : `${firstLine}\n\n${count} left${also} (${what})\n${findingsText(unexpected, received.namespace)}`,
  };
}

function toPattern(text: string): RegExp {
  if (/^[A-Za-z*?]+\/./.test(text)) return globPattern(text);
  throw new UsageError(`toHaveNothingLeft: "${text}" does not name objects`, {
    hint: 'write Kind/name, such as "PersistentVolumeClaim/data-*"',
  });
}

function nameOf({ object }: Finding): string {
  return `${object?.kind ?? ""}/${object?.name ?? ""}`;
}
