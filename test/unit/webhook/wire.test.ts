import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runHandler } from "../../../src/webhook/handlers.ts";
import { toRequest } from "../../../src/webhook/simulate-webhook.ts";
import { fromWire, type HandlerCall, type WireReview } from "../../../src/webhook/wire.ts";

const fixtures = fileURLToPath(new URL("../../../fixtures/webhook/", import.meta.url));
const fixture = (name: string) => JSON.parse(readFileSync(`${fixtures}${name}.json`, "utf8"));

describe("a webhook's messages", () => {
  it("send the options", () => {
    const options = {
      name: "hook.example.com",
      namespaces: ["other"],
      scope: "release",
      deny: "not on a Friday",
    } as const;
    expect(toRequest("shop", options)).toEqual(fixture("simulate-request"));
    expect(toRequest("shop", { handle: () => ({ allowed: true }) })).toEqual({
      namespace: "shop",
      handle: true,
      convert: false,
    });
  });

  it("carry a handler's response in the API server's form", async () => {
    const { id, error: _none, ...answer } = fixture("answer-request");
    const call: HandlerCall = fixture("handler-call");
    const seen: unknown[] = [];
    const handle = (review: unknown) => {
      seen.push(review);
      return { allowed: false, message: "too big", code: 422, reason: "Invalid", warnings: ["it was close"] };
    };
    expect(await runHandler({ handle }, call)).toEqual(answer);
    const { id: called, ...review } = call;
    expect(called).toBe(id);
    expect(seen).toEqual([review]);
  });

  it("are decoded to what the spec wrote", () => {
    const [changed, refused, failed, converted] = fixture("reviews-response").reviews.map((each: WireReview) =>
      fromWire(each),
    );
    expect(changed).toEqual({
      time: "2026-01-02T03:04:05.678Z",
      type: "mutating",
      configuration: "shop-hook",
      webhook: "hook.example.com",
      answeredBy: "handler",
      request: { uid: "u1", operation: "CREATE" },
      response: { allowed: true, patch: [{ op: "add", path: "/data/a", value: "b" }] },
    });
    expect(refused.response).toEqual({ allowed: false, message: "no", code: 403, reason: "Forbidden" });
    expect(failed).not.toHaveProperty("response");
    expect(failed.error).toContain("out of tea");
    expect(converted.response).toEqual({ convertedObjects: [] });
  });
});

describe("a handler", () => {
  const call: HandlerCall = fixture("handler-call");
  const conversion: HandlerCall = {
    id: 9,
    type: "conversion",
    configuration: "c",
    webhook: "c",
    request: { uid: "u", desiredAPIVersion: "example.com/v2", objects: [] },
  };

  it.each([
    ["throws", { handle: () => Promise.reject(new Error("tea")) }, call, "tea"],
    ["throws no error", { handle: () => Promise.reject("tea") }, call, "tea"],
    ["returns nothing", { handle: () => undefined }, call, "it returned undefined"],
    ["misspells", { handle: () => ({ allowed: true, warning: [] }) }, call, 'unknown option "warning"'],
    [
      "returns an allowed that is not a boolean",
      { handle: () => ({ allowed: "yes" }) },
      call,
      'it returned {"allowed":"yes"}',
    ],
    ["converts to nothing", { convert: () => undefined }, conversion, "convert must return the converted objects"],
  ])("that %s is a failed call", async (_title, handlers, asked, message) => {
    expect(await runHandler(handlers as never, asked)).toEqual({ error: expect.stringContaining(message) });
  });
});
