import { describe, expect, it } from "vitest";
import { describeAddressSpace, parseAddressSpaceLimit } from "../../../../src/engine/run/address-space.ts";

describe("the limit of the address space", () => {
  it("is the soft one, and absent when there is none", () => {
    const row = (soft: string) =>
      `Max processes  1  1  processes\nMax address space         ${soft}  unlimited  bytes\n`;
    expect(parseAddressSpaceLimit(row("4096000000"))).toBe(4_096_000_000);
    expect(parseAddressSpaceLimit(row("unlimited"))).toBeUndefined();
    expect(parseAddressSpaceLimit("")).toBeUndefined();
  });

  it("is a problem only below what an engine reserves", () => {
    expect(describeAddressSpace(undefined)).toBeUndefined();
    expect(describeAddressSpace(13 * 2 ** 30)).toBeUndefined();
    expect(describeAddressSpace(4_096_000_000)).toBe(
      "the address space of a process is limited to 3906 MiB (ulimit -v); an engine needs about 12288 MiB",
    );
  });
});
