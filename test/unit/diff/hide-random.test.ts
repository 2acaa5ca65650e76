import { describe, expect, it } from "vitest";
import { hideRandom } from "../../../src/diff/hide-random.ts";

describe("hideRandom", () => {
  it("replaces what differs between two renderings, and names the fields", () => {
    const one = { kind: "Secret", data: { user: "admin", password: "c2VjcmV0MQ==" } };
    const other = { kind: "Secret", data: { user: "admin", password: "b3RoZXIyMg==" } };
    expect(hideRandom(one, other)).toEqual({
      value: { kind: "Secret", data: { user: "admin", password: "(random)" } },
      fields: ["data.password"],
    });
  });

  it("keeps the rest of a text, so that another change in it shows", () => {
    const text = (token: string, port: number) => `port: ${port}\ntoken: "${token}"\n`;
    expect(hideRandom(text("a1b2", 80), text("c3d4", 80)).value).toBe('port: 80\ntoken: "(random)"\n');
    expect(hideRandom(text("a1b2", 90), text("c3d4", 90)).value).toBe('port: 90\ntoken: "(random)"\n');
  });

  it("takes the body of a certificate as a whole, whatever lines are equal by chance, and however many there are", () => {
    const certificate = (...lines: string[]) =>
      [
        "ca: |",
        "  -----BEGIN CERTIFICATE-----",
        ...lines.map((line) => `  ${line}`),
        "  -----END CERTIFICATE-----",
        "",
      ].join("\n");
    const hidden = certificate("(random)");
    expect(hideRandom(certificate("MIIa", "same", "b="), certificate("MIIc", "same", "d=")).value).toBe(hidden);
    expect(hideRandom(certificate("MIIe", "f"), certificate("MIIh", "i", "j=")).value).toBe(hidden);
    const fixed = certificate("MIIa", "b=");
    expect(hideRandom(`${fixed}${certificate("c")}`, `${fixed}${certificate("d")}`).value).toBe(`${fixed}${hidden}`);
  });

  it("replaces the random part of a name", () => {
    const { value } = hideRandom({ metadata: { name: "job-x7k2p" } }, { metadata: { name: "job-q1w9z" } });
    expect(value).toEqual({ metadata: { name: "job-(random)" } });
  });

  it("replaces a value whose form differs as a whole, and names items of lists by their key", () => {
    const one = { env: [{ name: "A", value: "x" }], list: [1] };
    const other = { env: [{ name: "A", value: "y" }], list: [1, 2] };
    expect(hideRandom(one, other)).toEqual({
      value: { env: [{ name: "A", value: "(random)" }], list: "(random)" },
      fields: ["env[A].value", "list"],
    });
  });

  it("changes nothing when both are the same", () => {
    const value = { a: [1, { b: "c" }] };
    expect(hideRandom(value, structuredClone(value))).toEqual({ value, fields: [] });
  });
});
