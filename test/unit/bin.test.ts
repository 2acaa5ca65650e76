import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { repositoryPath } from "../helpers/repository/repository-path.ts";

const bin = repositoryPath("bin");

// The entry alone, as it lies in a package that was never compiled, and a file that makes Node claim another version.
async function runEntry(claimedVersion?: string) {
  const { path, remove } = await makeTempDir();
  onTestFinished(remove);
  await cp(bin, join(path, "bin"), { recursive: true });
  const claim = join(path, "claim.cjs");
  const versions = { node: claimedVersion ?? process.versions.node };
  await writeFile(
    claim,
    `Object.defineProperty(process, "versions", { value: ${JSON.stringify(versions)} });
     Object.defineProperty(process, "version", { value: "v${versions.node}" });`,
  );
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    ["--require", claim, join(path, "bin", "seatrial.js"), "check"],
    { reject: false },
  );
  return { exitCode, stdout, stderr: stderr.replaceAll(path, "<package>").replace(process.execPath, "<node>") };
}

describe("the program's entry", () => {
  it.each(["12.22.0", "20.20.2", "22.18.0"])("says in one line that Node %s is too old", async (version) => {
    expect(await runEntry(version)).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `seatrial needs Node.js 22.19 or newer; this is v${version} (<node>)`,
    });
  });

  it.each(["22.19.0", "23.0.0", undefined])("says in one line that it is not compiled, on Node %s", async (version) => {
    expect(await runEntry(version)).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: "seatrial is not compiled: <package>/dist/cli/main.js is missing. Run `npm run build` in <package>",
    });
  });
});
