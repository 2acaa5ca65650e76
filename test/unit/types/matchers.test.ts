import type { V1Deployment } from "@kubernetes/client-node";
import type { DryRunResult, KubeObject, Release, Stored, TemplateResult } from "seatrial";
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

  it("show which of them must be awaited", () => {
    expectTypeOf(received.toFailTemplate).returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf(received.toBeIdempotent).returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf(received.toHaveNothingLeft).returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf(received.toUpgradeFrom).returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf(received.toMatchLiveSnapshot).returns.toEqualTypeOf<Promise<void>>();
  });

  it("cannot be called on values of another kind", () => {
    // @ts-expect-error: a text was not tried by the API server
    const text = () => expect("text").toBeAccepted();
    // @ts-expect-error: a rendered chart was not tried by the API server
    const rendered = () => expect({} as TemplateResult).toBeRejected();
    // @ts-expect-error: an object is not a quantity
    const quantity = () => expect({} as KubeObject).toEqualQuantity("1");
    // @ts-expect-error: a dry run stores nothing
    const live = () => expect({} as DryRunResult).toMatchLiveSnapshot();
    // @ts-expect-error: a dry run has no documents
    const dryRun = () => expect({} as DryRunResult).toHaveDocuments(1);
    // @ts-expect-error: the promise must be passed
    const awaited = () => expect({} as TemplateResult).toFailTemplate();
    // @ts-expect-error: a path is upgraded, not a release
    const release = () => expect({} as Release).toUpgradeFrom({ git: "main" });
    // @ts-expect-error: a dry run has no upgrades
    const upgraded = () => expect({} as DryRunResult).toBeIdempotent();
    // @ts-expect-error: an array has no conditions
    const list = () => expect([]).toHaveCondition("Available");
    expectTypeOf([text, rendered, quantity, live, dryRun, awaited, release, upgraded, list]).toBeArray();
  });

  it("can be called on results, objects that may be missing, and values of an unknown type", () => {
    const missing = () => expect({} as KubeObject | undefined).toHaveCondition("Available");
    const typed = () => expect({} as V1Deployment).toHaveCondition("Available");
    const polled = () => expect.poll(async () => ({}) as Stored<V1Deployment>).toHaveCondition("Available");
    const promised = () => expect(Promise.resolve({} as DryRunResult)).resolves.toBeAccepted();
    const unknown = () => expect({} as unknown).toContainDocument({ kind: "Service" });
    const failing = () => expect(async () => ({}) as TemplateResult).toFailTemplate();
    expectTypeOf([missing, typed, polled, promised, unknown, failing]).toBeArray();
  });

  it("refuse keys that no finding has", () => {
    // @ts-expect-error: it is `kind`
    const misspelt = () => received.toBeRejected({ kinds: "Service" });
    // @ts-expect-error: a document needs a kind
    const kindless = () => received.toContainDocument({ name: "web" });
    expectTypeOf([misspelt, kindless]).toBeArray();
  });
});
