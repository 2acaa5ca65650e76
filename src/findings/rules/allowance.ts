import type { Finding } from "../../errors/finding.ts";
import { UsageError } from "../../errors/usage-error.ts";
import { nearestName } from "../../util/nearest-name.ts";
import { codeOf } from "./code-of.ts";
import { findingRules, findRule } from "./finding-rules.ts";

/** Findings that a user allows. */
export interface Allowance {
  /** As the user wrote it: `HookKept=Job/migrate-*`. */
  text: string;
  code: string;
  /** Only findings about an object of this kind whose name matches. @default every finding with the code */
  object?: { kind: string; name: RegExp };
}

/** A finding that is allowed, and the allowance. */
export interface AllowedFinding extends Finding {
  /** `HookKept=Job/migrate-*` */
  allowedBy: string;
}

/**
 * Reads `CODE` or `CODE=Kind/name`; in the kind and the name, `*` is any text and `?` is one character. Throws
 * `SEATRIAL_USAGE` for an unknown code, and for a code of findings that cannot be allowed.
 */
export function parseAllowance(text: string): Allowance {
  const [, code = "", object] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  const rule = findRule(code);
  if (rule === undefined) throw unknownCode(text, code);
  if (!rule.isAllowable) {
    throw new UsageError(`--allow ${text}: ${code} cannot be allowed: the chart cannot be installed with it`, {
      hint: "fix the chart, or leave it out of the run",
    });
  }
  if (object === undefined) return { text, code };
  const [, kind, name] = /^([^/]+)\/([^/]+)$/.exec(object) ?? [];
  if (kind === undefined || name === undefined) {
    throw new UsageError(`--allow ${text}: it must be CODE or CODE=KIND/NAME, such as HookKept=Job/migrate-*`);
  }
  return { text, code, object: { kind, name: toPattern(name) } };
}

/** The first of the allowances that allows the finding. */
export function findAllowance(finding: Finding, allowances: readonly Allowance[]): Allowance | undefined {
  if (allowances.length === 0) return undefined;
  const code = codeOf(finding);
  return allowances.find((allowance) => {
    if (allowance.code !== code) return false;
    const { object } = allowance;
    if (object === undefined) return true;
    return finding.object !== undefined && isObject(object, finding.object);
  });
}

function isObject({ kind, name }: NonNullable<Allowance["object"]>, object: NonNullable<Finding["object"]>): boolean {
  return toPattern(kind).test(object.kind) && name.test(object.name);
}

function toPattern(glob: string): RegExp {
  const pattern = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${pattern}$`);
}

function unknownCode(text: string, code: string): UsageError {
  const codes = findingRules.filter(({ isAllowable }) => isAllowable).map((rule) => rule.code);
  const nearest = nearestName(code, codes);
  return new UsageError(`--allow ${text}: there is no finding with the code ${JSON.stringify(code)}`, {
    hint: nearest === undefined ? "docs/findings.md lists the codes" : `did you mean ${nearest}?`,
  });
}
