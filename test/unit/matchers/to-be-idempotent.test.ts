import { describe, expect, it } from "vitest";
import "../../helpers/matchers.ts";
import { released } from "../../helpers/released.ts";

// test/plane/life/matchers.test.ts has the assertions that upgrade.
describe("toBeIdempotent", () => {
  it("fails either way for a release that was uninstalled", async () => {
    const release = released({ status: "uninstalled" });
    await expect(expect(release).toBeIdempotent()).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toBeIdempotent()

      The release was uninstalled (release web of chart web 1.0.0, revision 1)]
    `);
    await expect(expect(release).not.toBeIdempotent()).rejects.toThrow("The release was uninstalled");
  });

  it("refuses a value of another kind, and an unknown key", async () => {
    await expect(expect<unknown>("web").toBeIdempotent()).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TypeError: toBeIdempotent needs a release of installChart, got "web" (string)]`,
    );
    await expect(expect(released()).toBeIdempotent({ strickt: true } as never)).rejects.toMatchObject({
      code: "SEATRIAL_USAGE",
    });
  });
});
