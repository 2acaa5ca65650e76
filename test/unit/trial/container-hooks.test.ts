import { describe, expect, it } from "vitest";
import { containerHooks } from "../../../src/trial/container-hooks.ts";

describe("containerHooks", () => {
  const hook = (kind: string, events: string[]) => ({
    name: "h",
    kind,
    path: "p",
    manifest: "",
    events,
    weight: 0,
    deletePolicies: [],
  });

  it("are Jobs and Pods that an operation of a trial waits for", () => {
    const waited = [
      hook("Job", ["pre-install", "pre-upgrade"]),
      hook("Pod", ["post-delete"]),
      hook("Job", ["pre-upgrade"]),
    ];
    const others = [hook("ConfigMap", ["pre-install"]), hook("Pod", ["test"])];
    expect(containerHooks([...waited, ...others])).toEqual(waited);
  });
});
