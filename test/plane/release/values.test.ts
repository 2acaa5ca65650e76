import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TemplateOptions, templateChart } from "seatrial";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { writeChart } from "../../helpers/charts/write-chart.ts";

const template = `apiVersion: v1
kind: ConfigMap
metadata:
  name: values
data:
  values: {{ .Values | toJson | quote }}
  number: {{ .Values.number | quote }}
`;

/** The values as the templates see them, and how one of them is printed. */
async function seen(options: TemplateOptions): Promise<{ values: Record<string, unknown>; number: string }> {
  const chart = await writeChart({ "templates/values.yaml": template, "values.yaml": "own: { a: 1, b: 2 }\n" });
  const { values, number } = (await templateChart(chart, options)).get("ConfigMap", "values").data as Record<
    string,
    string
  >;
  return { values: JSON.parse(values ?? ""), number: number ?? "" };
}

describe("values", () => {
  it("arrive as from an operator's values file", async () => {
    const object = { number: 1234567, text: "1e3", zip: "0755", answer: "yes", deep: { list: [1, "1", null, true] } };
    const { path, remove } = await makeTempDir();
    onTestFinished(remove);
    const file = join(path, "values.yaml");
    await writeFile(
      file,
      'number: 1234567\ntext: "1e3"\nzip: "0755"\nanswer: "yes"\ndeep: { list: [1, "1", null, true] }\n',
    );
    const byObject = await seen({ values: object });
    expect(byObject).toEqual(await seen({ values: file }));
    // Helm reads the numbers of files as floats: a chart that prints them needs `int`.
    expect(byObject.number).toBe("1.234567e+06");
    expect(byObject.values).toMatchObject(object);
  });

  it("merge deeply, and later ones win", async () => {
    const { values } = await seen({ values: [{ own: { b: 3 } }, { own: { c: 4 } }, { own: { c: 5 } }] });
    expect(values.own).toEqual({ a: 1, b: 3, c: 5 });
  });
});

describe("set", () => {
  const strings = [
    "1e3",
    "true",
    "null",
    "0755",
    "12",
    "",
    " ",
    "a,b",
    "{a,b}",
    "a\\b",
    "a=b",
    "a.b[0]",
    "é\n\"'",
    "}",
  ];

  it.each(strings)("passes the string %j as a string", async (text) => {
    expect((await seen({ set: { it: text } })).values.it).toBe(text);
    expect((await seen({ setString: { it: text } })).values.it).toBe(text);
    expect((await seen({ setLiteral: { it: text } })).values.it).toBe(text);
    expect((await seen({ set: { it: [text, "x"] } })).values.it).toEqual([text, "x"]);
  });

  it.each([0, 1, -5, 1234567, 9007199254740991, 0.5, true, false])("passes %j unchanged", async (value) => {
    expect((await seen({ set: { it: value } })).values.it).toBe(value);
    expect((await seen({ setString: { it: value } })).values.it).toBe(String(value));
  });

  it("prints a large number without an exponent", async () => {
    expect((await seen({ set: { number: 1234567 } })).number).toBe("1234567");
  });

  it("accepts lists, dotted keys, indexes and null", async () => {
    const set = {
      "a.b": 1,
      "list[1].name": "x",
      numbers: [1, 2],
      mixed: ["1", 1],
      none: [],
      "own.a": null,
      "c\\.d/e": 2,
    };
    const { values } = await seen({ set });
    expect(values).toMatchObject({
      a: { b: 1 },
      list: [null, { name: "x" }],
      numbers: [1, 2],
      mixed: ["1", 1],
      none: [],
      own: { b: 2 },
      "c.d/e": 2,
    });
    expect(values.own).toEqual({ b: 2 });
  });

  it("accepts JSON and the content of files", async () => {
    const { path, remove } = await makeTempDir();
    onTestFinished(remove);
    await writeFile(join(path, "a,b.txt"), "text: 1\n");
    const { values } = await seen({ setJson: { json: { a: [1, "1"] } }, setFile: { file: join(path, "a,b.txt") } });
    expect(values).toMatchObject({ json: { a: [1, "1"] }, file: "text: 1\n" });
  });
});
