import { describe, expect, it } from "vitest";
import { toDiskError } from "../../../src/util/disk-error.ts";

describe("toDiskError", () => {
  it("returns an error that has nothing to do with a disk as it is", () => {
    const bug = new TypeError("x is not a function");
    expect(toDiskError(bug, "The directory cannot be created", "set TMPDIR")).toBe(bug);
  });
});
