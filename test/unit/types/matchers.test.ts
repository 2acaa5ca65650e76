import { describe, expect, expectTypeOf, it } from "vitest";
import "seatrial/vitest";

describe("the matchers", () => {
  const received = expect({});

  it("are known to vitest's expect", () => {
    expectTypeOf(received.toBeAccepted).toBeCallableWith();
    expectTypeOf(received.toBeAccepted).returns.toBeVoid();
    expectTypeOf(received.not.toBeRejected).toBeCallableWith({ kind: "Service", message: /port/ });
    expectTypeOf(received.toHaveCondition).toBeCallableWith("Available", "False");
    expectTypeOf(received.toHaveDocuments).toBeCallableWith({ kind: "Service", count: 2 });
    expectTypeOf(received.toContainDocument).toBeCallableWith({ kind: "Service", spec: { type: "ClusterIP" } });
  });

  it("show that toFailTemplate must be awaited", () => {
    expectTypeOf(received.toFailTemplate).returns.toEqualTypeOf<Promise<void>>();
  });

  it("refuse keys that no finding has", () => {
    // @ts-expect-error: it is `kind`
    const misspelt = () => received.toBeRejected({ kinds: "Service" });
    // @ts-expect-error: a document needs a kind
    const kindless = () => received.toContainDocument({ name: "web" });
    expectTypeOf([misspelt, kindless]).toBeArray();
  });
});
