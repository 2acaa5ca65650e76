import { copyFile, open, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { findDamage } from "../../../../src/engine/binary/find-damage.ts";
import { makeTempDir } from "../../../../src/process/temp-dir.ts";

async function fileWith(content: string | Uint8Array): Promise<string> {
  const { path, remove } = await makeTempDir();
  onTestFinished(remove);
  await writeFile(join(path, "engine"), content);
  return join(path, "engine");
}

describe("findDamage", () => {
  it("finds nothing wrong with a program of this machine and with a script", async () => {
    expect(await findDamage(process.execPath)).toBeUndefined();
    expect(await findDamage(await fileWith("#!/bin/sh\n"))).toBeUndefined();
  });

  it("says that a file is empty, ends within its headers or its content, or is another kind of file", async () => {
    expect(await findDamage(await fileWith(""))).toBe("it is empty");
    const engine = await fileWith("");
    await copyFile(process.execPath, engine);
    await truncate(engine, 1_000_000);
    expect(await findDamage(engine)).toMatch(/^it ends after 1000000 of at least \d+ bytes$/);
    await truncate(engine, 100);
    expect(await findDamage(engine)).toBe("it ends after 100 bytes, in the middle of its headers");
    expect(await findDamage(await fileWith("hello"))).toBe(`it is not a program for ${process.platform}`);
  });

  it.runIf(process.platform === "linux")("says that a program is for another processor", async () => {
    const engine = await fileWith("");
    await copyFile(process.execPath, engine);
    const file = await open(engine, "r+");
    // The e_machine of SPARC.
    await file.write(Buffer.from([43, 0]), 0, 2, 18);
    await file.close();
    expect(await findDamage(engine)).toBe(`it is a program for another processor than ${process.arch}`);
  });
});
