import { InvalidArgumentError, Option } from "commander";
import type { HelmMajor } from "../../helm/types.ts";

/** The option `--helm` of `seatrial check`. */
export function helmOption(): Option {
  return new Option("--helm <versions>", "the Helm in the engine: 3, 4, or 3,4 to compare both (default: 4)").argParser(
    (value: string): HelmMajor[] => {
      const versions = parseHelmVersions(value);
      if (versions !== undefined) return versions;
      throw new InvalidArgumentError("It must be 3, 4 or 3,4; --helm-path names a program.");
    },
  );
}

/** The versions in a text such as `3,4`; `undefined` for any other text. */
export function parseHelmVersions(text: string): HelmMajor[] | undefined {
  const words = text.split(",").map((word) => word.trim().replace(/^v/, ""));
  const versions = [...new Set(words)].sort();
  return versions.every((word) => word === "3" || word === "4")
    ? versions.map((word) => Number(word) as HelmMajor)
    : undefined;
}
