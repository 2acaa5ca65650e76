import { describe, expect, it } from "vitest";
import { checkSimulationOptions } from "../../../src/simulation/simulation-options.ts";

describe("checkSimulationOptions", () => {
  it.each([0, 0.01, 1])("takes the time scale %d", (timeScale) => {
    expect(() => checkSimulationOptions({ timeScale })).not.toThrow();
  });

  it.each([-1, 2, Number.NaN, "1"])("rejects the time scale %s", (timeScale) => {
    expect(() => checkSimulationOptions({ timeScale } as never)).toThrow(
      expect.objectContaining({ code: "SEATRIAL_USAGE", message: expect.stringContaining("a number from 0 to 1") }),
    );
  });
});
