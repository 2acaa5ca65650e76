import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { provideEngine } from "../../../src/engine/binary/provide-engine.ts";
import { repositoryPath } from "../repository/repository-path.ts";

/** Writes a program `k3s` into a directory and returns its path; see test/programs/k3s-server.ts. */
export async function writeK3s(dir: string, trouble = ""): Promise<string> {
  const path = join(dir, "k3s");
  const { path: engine } = await provideEngine({});
  const program = repositoryPath("test/programs/k3s-server.ts");
  // The provider passes nothing of this process' environment on.
  const env = `SEATRIAL_ENGINE='${engine}' K3S_STAND_IN='${trouble}'`;
  await writeFile(path, `#!/bin/sh\n${env} exec '${process.execPath}' '${program}' "$@"\n`);
  await chmod(path, 0o755);
  return path;
}
