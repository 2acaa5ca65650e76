import { describe, expect, it } from "vitest";
import "../../helpers/matchers.ts";
import { released } from "../../helpers/released.ts";

// test/plane/life/matchers.test.ts has the assertions that look for objects.
describe("toHaveNothingLeft", () => {
  it("fails either way for a release that is installed, and for one that had no objects", async () => {
    await expect(expect(released()).toHaveNothingLeft()).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toHaveNothingLeft()

      The release is still installed: uninstall it first (release web of chart web 1.0.0, revision 1)]
    `);
    const empty = released({ status: "uninstalled" });
    await expect(expect(empty).toHaveNothingLeft()).rejects.toThrow("The release had no object");
    await expect(expect(empty).not.toHaveNothingLeft()).rejects.toThrow("The release had no object");
  });

  it("refuses a value of another kind, an unknown key, and a text that names no objects", async () => {
    await expect(expect<unknown>({}).toHaveNothingLeft()).rejects.toThrow(TypeError);
    await expect(expect(released()).toHaveNothingLeft({ allowed: [] } as never)).rejects.toThrow('"allow"');
    await expect(expect(released()).toHaveNothingLeft({ allow: ["data-*"] })).rejects.toMatchObject({
      code: "SEATRIAL_USAGE",
      message: expect.stringContaining('"data-*" does not name objects'),
    });
  });
});
