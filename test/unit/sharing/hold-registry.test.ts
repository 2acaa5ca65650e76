import { describe, expect, it } from "vitest";
import { ownedPrefix } from "../../../src/process/owner.ts";
import { deadHolders, holderToken } from "../../../src/sharing/hold-registry.ts";

// No process has this id: it is above the limit of the system.
const DEAD = "4194999";

describe("deadHolders", () => {
  it("are the holders whose process has ended, as far as that can be known from here", () => {
    const [, where = ""] = ownedPrefix().split("-");
    const elsewhere = where === "ffffff" ? "eeeeee" : "ffffff";
    const dead = [`${DEAD}-${where}-abcdef`, `caller-${DEAD}-${where}-abcdef`];
    const others = [holderToken("trial"), holderToken("caller"), `${DEAD}-${elsewhere}-abcdef`, "abcdefabcdef"];
    const registry = new Map([...dead, ...others].map((token) => [token, ["/ConfigMap/ns/a"]]));
    expect(deadHolders(registry)).toEqual(dead);
  });
});
