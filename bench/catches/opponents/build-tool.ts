import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { keepProgram } from "../../support/keep-program.ts";

/** A program of a Go module. */
export interface GoTool {
  module: string;
  version: string;
  /** The directory of the program in the module: `./cmd/kubeconform`. */
  package: string;
}

/**
 * The path of the program, built as its own project builds it: in its module, with the versions of its `go.mod`. It is kept in the
 * benches' directory of seatrial's cache. The first build takes minutes and needs a Go module proxy.
 */
export function buildTool({ module, version, package: packagePath }: GoTool): Promise<string> {
  const name = module.slice(module.lastIndexOf("/") + 1);
  return keepProgram(name, version, async (output, dir) => {
    const { stdout } = await execa("go", ["mod", "download", "-json", `${module}@${version}`], { cwd: dir });
    const { Dir } = JSON.parse(stdout) as { Dir: string };
    // A copy: the module cache is read-only, and a `replace` in a go.mod only works in the main module.
    const source = join(dir, "source");
    await cp(Dir, source, { recursive: true });
    await execa("chmod", ["-R", "u+w", source]);
    await rm(join(source, "vendor"), { recursive: true, force: true });
    await execa("go", ["build", "-mod=mod", "-trimpath", "-buildvcs=false", "-o", output, packagePath], {
      cwd: source,
      env: { CGO_ENABLED: "0", GOTOOLCHAIN: "local" },
      stdin: "ignore",
    });
  });
}
