import { describe, expect, it } from "vitest";
import "../../helpers/matchers.ts";

// test/plane/life/matchers.test.ts has the assertions that upgrade.
describe("toUpgradeFrom", () => {
  it("refuses a value that is not a path", async () => {
    await expect(expect<unknown>(5).toUpgradeFrom({ git: "main" })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TypeError: toUpgradeFrom needs the path of a chart, got 5 (number)]`,
    );
  });

  it.each([[undefined], [{}], [{ git: "main", path: "web" }], [{ gti: "main" }], ["main"]])(
    "refuses %j as the previous version",
    async (previous) => {
      await expect(expect("charts/web").toUpgradeFrom(previous as never)).rejects.toMatchObject({
        code: "SEATRIAL_USAGE",
        message: expect.stringMatching(/^toUpgradeFrom: /),
      });
    },
  );
});
