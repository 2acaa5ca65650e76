import type { Finding } from "../../errors/finding.ts";

/** What is known about a kind of finding. */
export interface FindingRule {
  /** The `reason` of the findings. */
  code: string;
  /** The severity of most of its findings; `info` for facts, which are not among the findings. */
  severity: Finding["severity"] | "info";
  /** Whether `--allow` can allow it: a chart that cannot be rendered or installed is not allowed to be so. */
  isAllowable: boolean;
  /** Whether the steps after its own run although it is an error. @default false */
  isIndependent?: boolean;
}

/** A rule of findings that can be allowed. */
export function allowable<const Code extends string>(
  code: Code,
  severity: FindingRule["severity"],
  more: Pick<FindingRule, "isIndependent"> = {},
): FindingRule & { code: Code } {
  return { code, severity, isAllowable: true, ...more };
}

/** A rule of errors that cannot be allowed. */
export function refusal<const Code extends string>(code: Code): FindingRule & { code: Code } {
  return { code, severity: "error", isAllowable: false };
}
