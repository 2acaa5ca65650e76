import { currentControlPlane } from "seatrial";
import { describe, expect, it } from "vitest";

describe("kube", () => {
  it.each([
    [{ kind: "Pod" }, undefined, 'kube: the apiVersion must be a string such as "v1", got {"kind":"Pod"} (object)'],
    ["v1", undefined, 'kube: the kind must be a string such as "Pod", got undefined'],
    ["", "Pod", 'kube: the apiVersion must be a string such as "v1", got "" (string)'],
  ])("rejects list(%j, %j) and says what it must be called with", async (apiVersion, kind, message) => {
    const { kube } = currentControlPlane();
    await expect(kube.list(apiVersion as string, kind as string)).rejects.toMatchObject({
      code: "SEATRIAL_USAGE",
      message: expect.stringContaining(message),
      hint: 'pass the kind as two strings, kube.list("v1", "Pod"), and an object as kube.get({ apiVersion, kind, name })',
    });
  });
});
