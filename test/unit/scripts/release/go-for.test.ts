import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { buildEngineFor, ownPlatform } from "../../../../scripts/release/go-for.ts";
import { findPlatforms, packageNameOf, platforms } from "../../../../scripts/release/platforms.ts";
import { copyModule, emptyGoCache } from "../../../helpers/engine/go-module.ts";

describe("buildEngineFor", () => {
  it("makes the same program in another directory and with an empty cache of Go", async () => {
    const hashes = [];
    for (let attempt = 1; attempt <= 2; attempt++) {
      const { sourceDir } = await copyModule();
      if (attempt === 2) await emptyGoCache();
      const program = join(dirname(sourceDir), "program");
      await buildEngineFor(ownPlatform(), "1.2.3", program, sourceDir);
      expect((await execa(program)).stderr).toBe("hello 1.2.3");
      hashes.push(
        createHash("sha256")
          .update(await readFile(program))
          .digest("hex"),
      );
    }
    expect(hashes[0]).toBe(hashes[1]);
  });
});

describe("findPlatforms", () => {
  it("finds a platform by its name, and all of them", () => {
    expect(findPlatforms(["linux-arm64"]).map(packageNameOf)).toEqual(["@seatrial/engine-linux-arm64"]);
    expect(findPlatforms(["all"])).toEqual(platforms);
  });

  it("names the platforms that exist for one that does not", () => {
    expect(() => findPlatforms(["linux-mips"])).toThrow("--platform linux-mips: there are linux-x64, linux-arm64, ");
  });
});
