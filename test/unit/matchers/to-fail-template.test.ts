import { describe, expect, it } from "vitest";
import { ChartError } from "../../../src/errors/chart-error.ts";
import { SeatrialError } from "../../../src/errors/seatrial-error.ts";
import "../../helpers/matchers.ts";

const failing = async () => {
  throw new ChartError("SEATRIAL_TEMPLATE", "Rendering web failed: image.tag is required", {
    file: "web/templates/deployment.yaml",
    line: 12,
  });
};
const rendering = async () => ({ documents: [] });

describe("toFailTemplate", () => {
  it("passes for a promise and for a function that fail because of the chart", async () => {
    await expect(failing()).toFailTemplate();
    await expect(failing).toFailTemplate("image.tag is required");
    await expect(failing).toFailTemplate(/tag is/);
    await expect(failing).toFailTemplate({ template: "web/templates/deployment.yaml", line: 12 });
  });

  it("passes negated when the chart is rendered", async () => {
    await expect(rendering()).not.toFailTemplate();
    await expect(rendering).not.toFailTemplate("another text");
  });

  it("fails negated also when the chart fails for another reason", async () => {
    const expectOther = () => expect(failing).not.toFailTemplate({ line: 13 });
    await expect(expectOther).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).not.toFailTemplate({"line": 13})

      The failure was:
      Rendering web failed: image.tag is required]
    `);
  });

  it("says that the chart was rendered when it fails", async () => {
    await expect(() => expect(rendering).toFailTemplate("tag")).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toFailTemplate("tag")

      The chart was rendered without a failure]
    `);
  });

  it("shows the failure when it was another or its negation fails", async () => {
    await expect(() => expect(failing).toFailTemplate("name")).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toFailTemplate("name")

      The failure was:
      Rendering web failed: image.tag is required]
    `);
    await expect(() => expect(failing).not.toFailTemplate()).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).not.toFailTemplate()

      The failure was:
      Rendering web failed: image.tag is required]
    `);
  });

  it("throws on an error that says nothing about the chart", async () => {
    const lost = new SeatrialError("SEATRIAL_ENGINE_SERVICE", "The engine cannot be reached");
    const unreachable = async () => {
      throw lost;
    };
    await expect(() => expect(unreachable).toFailTemplate()).rejects.toBe(lost);
    await expect(() => expect(unreachable).not.toFailTemplate()).rejects.toBe(lost);
  });

  it("refuses unknown keys and values of another kind", async () => {
    const misspelt = { file: "x" } as object;
    await expect(() => expect(failing).toFailTemplate(misspelt)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [UsageError: toFailTemplate: unknown option "file"
      Hint: did you mean "line"?]
    `);
    await expect(() => expect<unknown>({ documents: [] }).toFailTemplate()).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TypeError: toFailTemplate needs the promise of templateChart or a function, got {"documents":[]} (object)]`,
    );
  });
});
