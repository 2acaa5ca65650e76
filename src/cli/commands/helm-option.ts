import { InvalidArgumentError, Option } from "commander";
import type { HelmMajor } from "../../helm/types.ts";
import { parseHelmVersions } from "./helm-flags.ts";

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
