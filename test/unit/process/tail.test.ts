import { describe, expect, it } from "vitest";
import { lastLines, Tail } from "../../../src/process/tail.ts";

describe("Tail", () => {
  it("keeps the beginning of a crash, however long the stacks are that follow", () => {
    const tail = new Tail(20);
    const stack = Array.from({ length: 100 }, (_, index) => `stack ${index}`);
    tail.write(`${["etcd is up", "panic: no room", "goroutine 1:", ...stack].join("\n")}\n`);
    const expected = ["panic: no room", "goroutine 1:", "stack 0", "stack 1", "stack 2", "…", "stack 86"];
    expect(tail.lines().slice(0, 7)).toEqual(expected);
    expect(tail.lines()).toHaveLength(20);
    expect(tail.lines().at(-1)).toBe("stack 99");
    expect(lastLines(tail.lines(), 10)).toEqual([
      ...expected.slice(0, 6),
      "stack 96",
      "stack 97",
      "stack 98",
      "stack 99",
    ]);
    expect(lastLines(["panic: no room", ...stack], 2)).toEqual(["stack 98", "stack 99"]);
  });

  it("keeps the last lines, joined across pieces, without blank lines", () => {
    const tail = new Tail(3);
    for (const piece of ["one\ntw", "o\n\n  \nthree\r\nfo", "ur"]) tail.write(piece);
    expect(tail.lines()).toEqual(["two", "three", "four"].slice(-4));
    tail.write("\nfive\n");
    expect(tail.lines()).toEqual(["three", "four", "five"]);
    expect(tail.lines(1)).toEqual(["five"]);
  });

  it("cuts long lines and joins letters that were split between pieces", () => {
    const tail = new Tail(10, 5);
    const bytes = Buffer.from("naïve ship\n");
    tail.write(bytes.subarray(0, 3));
    tail.write(bytes.subarray(3));
    expect(tail.lines()).toEqual(["naïve"]);
  });
});
