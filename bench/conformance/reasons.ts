import { readFile } from "node:fs/promises";
import { load } from "js-yaml";

/** Why a test of upstream does not pass here. */
export interface Reason {
  /**
   * `container`: the test needs a program, a network or a file in a container. `image`: it needs a program of an image that is
   * not built here. `registry`: it pulls an image from a registry. `differs`: none of these, and it still fails.
   */
  kind: "container" | "image" | "registry" | "differs";
  /** A sentence for the page. */
  reason: string;
}

interface ReasonRule extends Reason {
  /** Regular expressions for the test's name; one is enough. @default every name */
  names?: string[];
  /** A regular expression for the test's failure. @default every failure */
  failure?: string;
}

/** The sections of `reasons.yaml`: the suites, and the e2e tests on a real node. */
export type ReasonSection = "e2e" | "kubectl" | "realNode";

/** The known reasons of `reasons.yaml`. */
export interface KnownReasons {
  /** The first rule that fits; `undefined`: nobody has looked at this failure yet. */
  find(section: ReasonSection, test: { name: string; failure: string }): Reason | undefined;
}

/** Reads `reasons.yaml`. */
export async function readReasons(): Promise<KnownReasons> {
  const text = await readFile(new URL("reasons.yaml", import.meta.url), "utf8");
  const rules = load(text) as Record<ReasonSection, ReasonRule[]>;
  return {
    find: (section, { name, failure }) =>
      rules[section].find(
        (rule) =>
          (rule.names ?? [""]).some((pattern) => new RegExp(pattern).test(name)) &&
          new RegExp(rule.failure ?? "", "s").test(failure),
      ),
  };
}
