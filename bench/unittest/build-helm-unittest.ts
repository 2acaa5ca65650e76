import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

const MODULE = "github.com/helm-unittest/helm-unittest";
const VERSION = "v1.1.2";

/** helm-unittest, built from its published module. */
export interface HelmUnittest {
  version: string;
  program: string;
  /** The charts of its own tests. They cannot be written. */
  data: string;
}

/** Builds helm-unittest into `dir`. Go keeps the compiled packages: some minutes the first time, seconds after that. */
export async function buildHelmUnittest(dir: string): Promise<HelmUnittest> {
  const empty = join(dir, "empty-module");
  await mkdir(empty, { recursive: true });
  await writeFile(join(empty, "go.mod"), "module empty\n");
  const { stdout } = await execa("go", ["mod", "download", "-json", `${MODULE}@${VERSION}`], { cwd: empty });
  const { Dir: sources } = JSON.parse(stdout) as { Dir: string };
  console.error(`building helm-unittest ${VERSION} …`);
  const program = join(dir, "helm-unittest");
  // In the module's own directory: its go.mod has replacements, which `go install` refuses.
  const flags = ["-trimpath", "-buildvcs=false", "-ldflags=-s -w"];
  await execa("go", ["build", ...flags, "-o", program, "./cmd/helm-unittest"], {
    cwd: sources,
    env: { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return { version: VERSION, program, data: join(sources, "test/data/v3") };
}
