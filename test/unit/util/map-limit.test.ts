import { describe, expect, it } from "vitest";
import { mapLimit } from "../../../src/util/map-limit.ts";

describe("mapLimit", () => {
  it("keeps the order and never exceeds the limit of concurrent calls", async () => {
    let underWay = 0;
    let most = 0;
    const results = await mapLimit([5, 1, 4, 2, 3], 2, async (turns) => {
      underWay += 1;
      most = Math.max(most, underWay);
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      underWay -= 1;
      return turns * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });

  it("starts no further call after a rejection", async () => {
    const begun: number[] = [];
    const work = mapLimit([1, 2, 3, 4], 1, async (item) => {
      begun.push(item);
      if (item === 2) throw new Error("two");
    });
    await expect(work).rejects.toThrow("two");
    expect(begun).toEqual([1, 2]);
  });

  it("resolves for no items", async () => {
    expect(await mapLimit([], 4, async () => 1)).toEqual([]);
  });
});
