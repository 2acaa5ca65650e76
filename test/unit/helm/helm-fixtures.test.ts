import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { answers, failedAnswer, requests } from "../../helpers/helm/helm-shapes.ts";
import { list, number, object, optional, text } from "../../helpers/shape.ts";

interface Exchange {
  endpoint: string;
  request: unknown;
  status: number;
  response: unknown;
}

const directory = join(import.meta.dirname, "../../../fixtures/helm");
const files = readdirSync(directory).filter((name) => name.endsWith(".json"));
const readExchange = (name: string) => JSON.parse(readFileSync(join(directory, name), "utf8")) as Exchange;
const verbOf = ({ endpoint }: Exchange) => basename(endpoint);

describe("the exchanges with the engine's Helm", () => {
  it.each(files)("%s has the fields of the TypeScript types", (name) => {
    const exchange = readExchange(name);
    const verb = verbOf(exchange);
    const answer = exchange.status === 200 ? answers[verb] : failedAnswer(verb);
    expect(requests[verb]?.(exchange.request, "request")).toEqual([]);
    expect(answer?.(exchange.response, "response")).toEqual([]);
  });

  it("have an example of each verb's answer", () => {
    const answered = files.map(readExchange).filter(({ status }) => status === 200);
    expect([...new Set(answered.map(verbOf))].sort()).toEqual(Object.keys(answers).sort());
    expect(Object.keys(requests).sort()).toEqual(Object.keys(answers).sort());
  });
});

describe("the check of a shape", () => {
  const check = object<{ name: string; sizes: number[]; note?: string }>({
    name: text,
    sizes: list(number),
    note: optional(text),
  });

  it("accepts the fields of the type", () => {
    expect(check({ name: "a", sizes: [1] }, "x")).toEqual([]);
    expect(check({ name: "a", sizes: [], note: "b" }, "x")).toEqual([]);
  });

  it("reports each unknown, missing and wrong field", () => {
    expect(check({ sizes: [1, "2"], note: 3, more: true }, "x")).toEqual([
      "x.more is unknown",
      "x.name is missing",
      "x.sizes[1] is not a number",
      "x.note is not a string",
    ]);
    expect(check([], "x")).toEqual(["x is not an object"]);
  });
});
