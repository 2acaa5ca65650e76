import { describe, expect, it } from "vitest";
import { isTypo } from "../../../src/references/names.ts";

describe("isTypo", () => {
  it.each([
    ["pier-confg", "pier-config"],
    ["pier-fats", "pier-fast"],
    ["piers", "pier"],
    ["pierweb", "pier-web"],
    ["pier_web", "pier-web"],
    ["app.kubernetes.io/nane", "app.kubernetes.io/name"],
    ["credntals", "credentials"],
  ])("finds that %s was meant to be %s", (name, meant) => {
    expect(isTypo(name, meant)).toBe(true);
  });

  it.each([
    ["pier", "pier"],
    ["web-1", "web-2"],
    ["key1", "key2"],
    ["pier-fe", "pier-be"],
    ["tls.crt", "tls.key"],
    ["pier-web", "pier-api"],
    ["primary", "replica"],
    ["pier", "pier-web"],
    ["read-only", "real-onyl"],
  ])("knows that %s and %s are two names", (name, meant) => {
    expect(isTypo(name, meant)).toBe(false);
  });
});
