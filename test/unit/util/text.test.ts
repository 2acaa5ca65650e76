import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { lastLines, Tail } from "../../../src/process/tail.ts";
import { formatDuration, parseDuration, toGoDuration } from "../../../src/util/duration.ts";
import { type JsonLine, readJsonLines } from "../../../src/util/json-lines.ts";
import { maskSecrets } from "../../../src/util/mask-secrets.ts";

describe("parseDuration", () => {
  it.each([
    ["30s", 30_000],
    ["5m0s", 300_000],
    ["1h30m", 5_400_000],
    ["1.5s", 1500],
    [".5m", 30_000],
    ["300ms", 300],
    ["0", 0],
  ])("reads %s", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(["", "30", "5 m", "s", "1x", "-1s", "1s!"])("refuses %j", (text) => {
    expect(() => parseDuration(text, "timeout")).toThrow(
      `timeout must be a duration such as "30s" or "5m0s", got ${JSON.stringify(text)}`,
    );
  });
});

describe("formatDuration", () => {
  it.each([
    [340.4, "340 ms"],
    [1290, "1.3 s"],
    [9960, "10 s"],
    [42_000, "42 s"],
    [59_600, "1 min 0 s"],
    [500_000, "8 min 20 s"],
  ])("writes %d ms for people", (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  it("writes milliseconds for Go", () => {
    expect(toGoDuration(1500.2)).toBe("1500ms");
  });
});

describe("Tail", () => {
  it("keeps where a crash began, however long the stacks are that follow", () => {
    const tail = new Tail(20);
    const stack = Array.from({ length: 100 }, (_, index) => `stack ${index}`);
    tail.write(`${["etcd is up", "panic: no room", "goroutine 1:", ...stack].join("\n")}\n`);
    const expected = ["panic: no room", "goroutine 1:", "stack 0", "stack 1", "stack 2", "…", "stack 86"];
    expect(tail.lines().slice(0, 7)).toEqual(expected);
    expect(tail.lines()).toHaveLength(20);
    expect(tail.lines().at(-1)).toBe("stack 99");
    expect(lastLines(tail.lines(), 10)).toEqual([
      ...expected.slice(0, 6),
      "stack 96",
      "stack 97",
      "stack 98",
      "stack 99",
    ]);
    expect(lastLines(["panic: no room", ...stack], 2)).toEqual(["stack 98", "stack 99"]);
  });

  it("keeps the last lines, joined across pieces, without blank ones", () => {
    const tail = new Tail(3);
    for (const piece of ["one\ntw", "o\n\n  \nthree\r\nfo", "ur"]) tail.write(piece);
    expect(tail.lines()).toEqual(["two", "three", "four"].slice(-4));
    tail.write("\nfive\n");
    expect(tail.lines()).toEqual(["three", "four", "five"]);
    expect(tail.lines(1)).toEqual(["five"]);
  });

  it("cuts long lines and keeps letters that a piece cut in two", () => {
    const tail = new Tail(10, 5);
    const bytes = Buffer.from("naïve ship\n");
    tail.write(bytes.subarray(0, 3));
    tail.write(bytes.subarray(3));
    expect(tail.lines()).toEqual(["naïve"]);
  });
});

describe("readJsonLines", () => {
  const read = async (...chunks: (string | Buffer)[]) => {
    const lines: JsonLine[] = [];
    for await (const line of readJsonLines(Readable.from(chunks))) lines.push(line);
    return lines;
  };

  it("reads objects across pieces and a last line without its end", async () => {
    expect(await read('{"a":', '1}\n\n{"b":2}\n{"c"', ":3}")).toEqual([
      { value: { a: 1 } },
      { value: { b: 2 } },
      { value: { c: 3 } },
    ]);
  });

  it("says which line is no object", async () => {
    expect(await read('oops\n[1]\nnull\n{"a":1}\n')).toEqual([
      { malformed: "oops" },
      { malformed: "[1]" },
      { malformed: "null" },
      { value: { a: 1 } },
    ]);
  });

  it("gives up a line that never ends", async () => {
    const [line] = await read("x".repeat(5 * 1024 * 1024));
    expect(line).toEqual({ malformed: "x".repeat(200) });
  });
});

describe("maskSecrets", () => {
  const secret = {
    kind: "Secret",
    metadata: {
      name: "db",
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": '{"data":1}', note: "n" },
    },
    data: { password: "aHVudGVyMg==" },
    stringData: { user: "root", count: 3 },
  };

  it("hides the data of a Secret and keeps its keys", () => {
    const masked = maskSecrets(secret);
    expect(masked).toEqual({
      kind: "Secret",
      metadata: { name: "db", annotations: { "kubectl.kubernetes.io/last-applied-configuration": "***", note: "n" } },
      data: { password: "*** (12 characters)" },
      stringData: { user: "*** (4 characters)", count: "***" },
    });
    expect(secret.data.password).toBe("aHVudGVyMg==");
  });

  it("finds Secrets in lists and leaves other objects alone", () => {
    const map = { kind: "ConfigMap", data: { password: "open" } };
    expect(maskSecrets([map, { kind: "List", items: [secret, map] }])).toEqual([
      map,
      { kind: "List", items: [maskSecrets(secret), map] },
    ]);
  });
});
