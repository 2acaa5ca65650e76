import { describe, expect, it } from "vitest";
import { tooLargeHint } from "../../../src/findings/too-large.ts";
import { ApiStatusError } from "../../../src/kube/status.ts";

const messages = [
  "etcdserver: request is too large",
  "rpc error: code = ResourceExhausted desc = trying to send message larger than max (2300000 vs. 2097152)",
];

describe("the hint for an object that is too large", () => {
  it.each(messages)("has the size and etcd's limit: %s", (message) => {
    expect(tooLargeHint(message, { kind: "Map" })).toBe(
      "the object has 14 bytes, etcd's limit of an object is 1,572,864 bytes: split it into several objects",
    );
  });

  it("has the API server's limit of a request", () => {
    expect(tooLargeHint("Request entity too large: limit is 3145728")).toMatch(/^the API server's limit .* 3,145,728/);
  });

  it("is not given for other messages", () => {
    expect(tooLargeHint("Too long: may not be more than 1048576 bytes", { kind: "Secret" })).toBeUndefined();
  });
});

describe("the refusal of an object that is too large", () => {
  it.each(messages)("is not a fault of the control plane: %s", (message) => {
    expect(new ApiStatusError("POST /", 500, { kind: "Status", message }).code).toBe("SEATRIAL_REJECTED");
  });
});
