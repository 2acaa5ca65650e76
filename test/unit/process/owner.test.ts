import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { ownerOf } from "../../../src/process/owner.ts";
import { makeTempDir } from "../../../src/process/temp-dir.ts";

describe("ownerOf", () => {
  it("names the process that made a folder, and a file beside it", async () => {
    await using data = await makeTempDir();
    await using values = await makeTempDir("seatrial-values-");
    expect(ownerOf(basename(data.path))).toBe(process.pid);
    expect(ownerOf(`${basename(data.path)}-ended.json`)).toBe(process.pid);
    expect(ownerOf(basename(values.path))).toBe(process.pid);
  });

  it("says nothing of folders of another process space, nor of others' folders", async () => {
    await using data = await makeTempDir();
    const [, pid, where = ""] = basename(data.path).split("-");
    const elsewhere = where === "ffffff" ? "eeeeee" : "ffffff";
    for (const name of [`seatrial-${pid}-${elsewhere}-abcdef`, "seatrial-abcdef", `other-${pid}-${where}-abcdef`]) {
      expect(ownerOf(name)).toBeUndefined();
    }
  });
});
