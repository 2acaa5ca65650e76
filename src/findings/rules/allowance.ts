import type { Finding, ObjectRef } from "../../errors/finding.ts";
import { UsageError } from "../../errors/usage-error.ts";
import { globPattern } from "../../util/glob.ts";
import { nearestName } from "../../util/text/nearest-name.ts";
import { codeOf } from "./code-of.ts";
import { findingRules, findRule } from "./finding-rules.ts";

/** Findings that a user allows. */
export interface Allowance {
  /** As the user wrote it: `HookKept=Job/migrate-*`. */
  text: string;
  /** The line of the file that has it, `ci/seatrial.yaml:12`, and its reason. @default from the command line */
  origin?: { at: string; reason: string };
  code: string;
  /** Only findings about an object of this kind whose name matches. @default every finding with the code */
  object?: ObjectPattern;
}

/** A finding that is allowed, and the allowance. */
export interface AllowedFinding extends Finding {
  /** `HookKept=Job/migrate-*` */
  allowedBy: string;
  /** Why, and where that is written, if a seatrial.yaml allows it. */
  allowedBecause?: string;
  allowedAt?: string;
}

/**
 * Reads `CODE` or `CODE=Kind/name`; in the kind and the name, `*` is any text and `?` is one character. Throws
 * `SEATRIAL_USAGE` for an unknown code, and for a code of findings that cannot be allowed.
 */
export function parseAllowance(text: string): Allowance {
  const [, code = "", object] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  const problem = findCodeProblem(code);
  if (problem !== undefined) throw new UsageError(`--allow ${text}: ${problem.message}`, { hint: problem.hint });
  if (object === undefined) return { text, code };
  const pattern = parseObjectPattern(object);
  if (pattern === undefined) {
    throw new UsageError(`--allow ${text}: it must be CODE or CODE=KIND/NAME, such as HookKept=Job/migrate-*`);
  }
  return { text, code, object: pattern };
}

/** Objects by the patterns of their kind and name. */
export interface ObjectPattern {
  kind: string;
  name: RegExp;
}

/** Reads `Kind/name`; `undefined` for any other text. */
export function parseObjectPattern(text: string): ObjectPattern | undefined {
  const [, kind, name] = /^([^/]+)\/([^/]+)$/.exec(text) ?? [];
  return kind === undefined || name === undefined ? undefined : { kind, name: globPattern(name) };
}

/** Why findings with this code cannot be allowed; `undefined` when they can. */
export function findCodeProblem(code: string): { message: string; hint: string } | undefined {
  const rule = findRule(code);
  if (rule?.isAllowable === true) return undefined;
  if (rule !== undefined) {
    const message = `${code} cannot be allowed: the chart cannot be installed with it`;
    return { message, hint: "fix the chart, or leave it out of the run" };
  }
  const codes = findingRules.filter(({ isAllowable }) => isAllowable).map((known) => known.code);
  const nearest = nearestName(code, codes);
  const message = `there is no finding with the code ${JSON.stringify(code)}`;
  return { message, hint: nearest === undefined ? "docs/findings.md lists the codes" : `did you mean ${nearest}?` };
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

/** Whether the pattern is that of the object. */
export function isObject({ kind, name }: ObjectPattern, object: Pick<ObjectRef, "kind" | "name">): boolean {
  return globPattern(kind).test(object.kind) && name.test(object.name);
}
