import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

const engineDir = fileURLToPath(new URL("../../engine", import.meta.url));
const bareDir = fileURLToPath(new URL("../bare", import.meta.url));

const files = { pair: ["main.go", "certificates.go"], helm: ["main.go"], kubectl: ["main.go"] } as const;

/** An upstream program that a benchmark compares with. */
export type BareProgram = keyof typeof files;

/**
 * Builds an upstream program from the engine's own module, so that both sides of a comparison are the same sources,
 * the same Go and the same flags. Returns its path in `dir`.
 */
export async function buildBare(program: BareProgram, dir: string): Promise<string> {
  const target = join(dir, program);
  const packageDir = `cmd/bench-${program}`;
  // An overlay adds the files to the engine's module, but not to its directory, which is part of the npm package.
  const replace = Object.fromEntries(
    files[program].map((file) => [join(engineDir, packageDir, file), join(bareDir, program, file)]),
  );
  const overlay = join(dir, `${program}.overlay.json`);
  await writeFile(overlay, JSON.stringify({ Replace: replace }));
  console.error(`building upstream's ${program} …`);
  const flags = ["-trimpath", "-buildvcs=false", "-ldflags=-s -w"];
  await execa("go", ["build", "-overlay", overlay, ...flags, "-o", target, `./${packageDir}`], {
    cwd: engineDir,
    env: { CGO_ENABLED: "0" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return target;
}
