import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { SeatrialError } from "../../../src/errors/seatrial-error.ts";
import { toReportedError } from "../../../src/util/reported-error.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const failing = (error: Error): AsyncDisposable => ({ [Symbol.asyncDispose]: () => Promise.reject(error) });

describe("toReportedError", () => {
  it("is the error of the work when the clean-ups after it failed, too", async () => {
    const cause = new SeatrialError("SEATRIAL_API", "the work failed");
    const work = async () => {
      await using _outer = failing(new Error("outer"));
      await using _inner = failing(new Error("inner"));
      throw cause;
    };
    const thrown = await rejectionOf(work());
    expect(thrown.name).toBe("SuppressedError");
    expect(toReportedError(thrown)).toBe(cause);
    expect(toReportedError("text")).toBe("text");
    expect(toReportedError(undefined)).toBeUndefined();
  });

  // Every write to this device finds that no space is left.
  it.runIf(process.platform === "linux")("is one clear error for a disk that is full", async () => {
    const thrown = await rejectionOf(writeFile("/dev/full", "x"));
    expect(thrown).toMatchObject({ code: "ENOSPC" });
    expect(toReportedError(thrown)).toMatchObject({
      code: "SEATRIAL_DISK",
      message: expect.stringMatching(/^No space is left .*\n(?: {2}disk: .*\n)?Hint: free some space, or set TMPDIR/),
      cause: thrown,
    });
    expect(toReportedError(Object.assign(new Error("quota"), { code: "EDQUOT", path: "/dev/shm/x" }))).toMatchObject({
      code: "SEATRIAL_DISK",
      message: expect.stringMatching(
        /^The disk quota is used up at \/dev\/shm\n {2}disk: \d+ of \d+ MiB are free at \/dev\/shm\n/,
      ),
    });
  });
});
