import { readFile } from "node:fs/promises";
import { load } from "js-yaml";

/** Why a test of upstream does not pass here. */
export interface Reason {
  /** `container`: the test needs a program, a network or a file in a container. `differs`: it does not, and still fails. */
  kind: "container" | "differs";
  /** A sentence for the page. */
  reason: string;
}

interface ReasonRule extends Reason {
  /** Regular expressions for the test's name; one is enough. @default every name */
  names?: string[];
  /** A regular expression for the test's failure. @default every failure */
  failure?: string;
}

/** The known reasons of `reasons.yaml`, for both suites. */
export interface KnownReasons {
  /** The first rule that fits; `undefined`: nobody has looked at this failure yet. */
  find(suite: "e2e" | "kubectl", test: { name: string; failure: string }): Reason | undefined;
}

/** Reads `reasons.yaml`. */
export async function readReasons(): Promise<KnownReasons> {
  const text = await readFile(new URL("reasons.yaml", import.meta.url), "utf8");
  const rules = load(text) as Record<"e2e" | "kubectl", ReasonRule[]>;
  return {
    find: (suite, { name, failure }) =>
      rules[suite].find(
        (rule) =>
          (rule.names ?? [""]).some((pattern) => new RegExp(pattern).test(name)) &&
          new RegExp(rule.failure ?? "", "s").test(failure),
      ),
  };
}
