import type { ControlPlane } from "seatrial";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startControlPlane } from "../../src/boot/start-control-plane.ts";
import { describeContract } from "../helpers/providers/contract.ts";

describe("the provider engine", () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane({ provider: "engine" });
  });
  afterAll(() => plane.stop());
  describeContract(() => plane);

  it("simulates Pods and does everything else", () => {
    expect(plane.provider).toBe("engine");
    expect(plane.capabilities).toEqual({
      pods: "simulated",
      controllers: true,
      simulates: true,
      answersWebhooks: true,
      owned: true,
      installs: true,
      clusterScoped: true,
      deletesNamespacesAtOnce: true,
    });
  });
});
