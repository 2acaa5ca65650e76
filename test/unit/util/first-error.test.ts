import { describe, expect, it } from "vitest";
import { firstError, messagesAfter, runEach } from "../../../src/util/first-error.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const failing = (message: string) => async () => {
  throw new Error(message);
};

describe("firstError", () => {
  it("is the error before that of an asynchronous disposal", async () => {
    const work = async () => {
      await using _later = { [Symbol.asyncDispose]: failing("later") };
      await using _late = { [Symbol.asyncDispose]: failing("late") };
      throw new RangeError("first");
    };
    const error = firstError(await rejectionOf(work()));
    expect(error).toBeInstanceOf(RangeError);
    const after = ["Cleaning up afterwards failed, too: late", "Cleaning up afterwards failed, too: later"];
    expect((error as Error).message.split("\n")).toEqual(["first", ...after]);
    expect(messagesAfter(error)).toEqual(after);
  });

  it("is named once when cleaning up fails with the same error", async () => {
    const failure = new Error("no space is left");
    const work = async () => {
      await using _same = { [Symbol.asyncDispose]: () => Promise.reject(failure) };
      throw failure;
    };
    expect(firstError(await rejectionOf(work()))).toBe(failure);
    expect(failure.message).toBe("no space is left");
  });

  it("is any other error itself", () => {
    const error = new Error("alone");
    expect(firstError(error)).toBe(error);
    expect(messagesAfter(error)).toEqual([]);
    expect(firstError("text")).toBe("text");
  });
});

describe("runEach", () => {
  it("runs the steps after one that fails, and rejects with the first error", async () => {
    const done: string[] = [];
    const step = (name: string) => async () => {
      done.push(name);
    };
    const error = await rejectionOf(runEach([step("a"), failing("b"), step("c"), failing("d")]));
    expect(done).toEqual(["a", "c"]);
    expect(error.message).toBe("b\nCleaning up afterwards failed, too: d");
  });
});
