import { execa } from "execa";
import { toBuildFlags } from "../../src/engine/binary/build-flags.ts";
import { readEngineSources } from "../../src/engine/binary/engine-sources.ts";
import { type Platform, platforms } from "./platforms.ts";
import { root } from "./repository.ts";

/** Runs `go` in engine/ for another platform; resolves with its standard output. */
export async function goFor(
  { goos, goarch }: Platform,
  args: readonly string[],
  cwd = `${root}engine`,
): Promise<string> {
  const env = {
    CGO_ENABLED: "0",
    GO111MODULE: "on",
    GOFLAGS: "-mod=readonly",
    GOWORK: "off",
    GOOS: goos,
    GOARCH: goarch,
    // The lowest level of each processor, whatever the environment asks for.
    GOAMD64: "v1",
    GOARM64: "v8.0",
  };
  const { stdout } = await execa("go", args, { cwd, env, stdin: "ignore", stderr: "inherit" });
  return stdout;
}

/**
 * Builds the engine for a platform into the file `output`. The same sources and the same Go produce the same bytes, whatever machine,
 * directory and time it is: paths, version control and the build id are left out.
 */
export async function buildEngineFor(
  platform: Platform,
  version: string,
  output: string,
  cwd = `${root}engine`,
): Promise<void> {
  const sources = await readEngineSources(cwd);
  if (sources === undefined) throw new Error(`there are no engine sources in ${cwd}`);
  const flags = toBuildFlags(sources, version).map((flag) =>
    flag.startsWith("-ldflags=") ? `${flag} -buildid=` : flag,
  );
  await goFor(platform, ["build", ...flags, "-o", output, "."], cwd);
}

/** The platform of this machine; throws when it has no package. */
export function ownPlatform(): Platform {
  const own = platforms.find(({ os, cpu }) => os === process.platform && cpu === process.arch);
  if (own === undefined) throw new Error(`there is no package for ${process.platform}-${process.arch}`);
  return own;
}
