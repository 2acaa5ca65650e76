import { describe, expect, it, onTestFinished, vi } from "vitest";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { toDiskError } from "../../../src/util/disk-error.ts";
import { rejectionOf } from "../../helpers/fake-engine.ts";

describe("toDiskError", () => {
  it("leaves an error that says nothing about a disk as it is", () => {
    const bug = new TypeError("x is not a function");
    expect(toDiskError(bug, "No folder can be made", "set TMPDIR")).toBe(bug);
  });
});

describe("makeTempDir", () => {
  it("tells why no folder can be made and which variable moves it", async () => {
    vi.stubEnv("TMPDIR", "/no/such/folder");
    onTestFinished(() => void vi.unstubAllEnvs());
    const error = await rejectionOf(makeTempDir());
    expect(error).toMatchObject({ name: "SeatrialError", code: "SEATRIAL_DISK" });
    expect(error.message).toBe(
      "No temporary folder can be made in /no/such/folder: it does not exist\nHint: set TMPDIR to a folder that can be written",
    );
  });
});
