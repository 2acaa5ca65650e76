import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { configMap } from "../helpers/charts/write-chart.ts";
import { runCli } from "../helpers/run-cli.ts";

const ESC = "\u001b";
/** What terminals and CI systems obey. */
const attack = `x${ESC}[2J${ESC}]0;title\u0007\u009b31m\u202e\u2028
::error file=a.yaml,line=1::red
  ::add-mask::web
##[error]red
in the middle ##[add-mask]web
##vso[task.setvariable variable=a]b
##teamcity[buildStatus status='SUCCESS']
--- a section`;
// YAML takes most control characters only as escapes.
const yaml = (text: string) =>
  JSON.stringify(text).replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
// Helm's parser takes no raw control characters.
const goText = (text: string) => `{{ fail ${JSON.stringify(text)} }}`;

const charts: Record<string, Record<string, string>> = {
  message: { "templates/b.yaml": goText(attack) },
  named: { "Chart.yaml": `apiVersion: v2\nname: ${yaml(attack)}\nversion: 0.1.0\n` },
  command: { "Chart.yaml": `apiVersion: v2\nname: "::error::x"\nversion: ${yaml(attack)}\n` },
  unparsable: { "Chart.yaml": `apiVersion: v2\nname: ${attack}\n` },
  object: { "templates/b.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${yaml(attack)}\n` },
  kind: { "templates/b.yaml": `apiVersion: ${yaml(attack)}\nkind: ${yaml(attack)}\nmetadata: { name: x }\n` },
  field: {
    "templates/b.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\ndata: { ${yaml(attack)}: 1 }\n`,
  },
  schema: {
    "values.yaml": `a: ${yaml(attack)}\n`,
    "values.schema.json": JSON.stringify({ properties: { a: { enum: [attack.slice(1)] } } }),
  },
  hook: {
    "templates/b.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x, annotations: { helm.sh/hook: ${yaml(attack)} } }\n`,
  },
  [`directory${ESC}[31m ##[error]x`]: { "templates/b.yaml": goText("a fault") },
  cases: { [`ci/${ESC}[31m::error::x ##[error]y-values.yaml`]: "a: 1\n" },
  template: { [`templates/${ESC}[31m::error::x ##[error]y.yaml`]: goText("a fault") },
};

async function writeCharts(): Promise<string> {
  const { path, remove } = await makeTempDir("seatrial-charts-");
  onTestFinished(remove);
  for (const [name, files] of Object.entries(charts)) {
    const all = {
      "Chart.yaml": `apiVersion: v2\nname: chart\nversion: 0.1.0\n`,
      "templates/a.yaml": configMap("a"),
      ...files,
    };
    for (const [file, text] of Object.entries(all)) {
      await mkdir(dirname(join(path, name, file)), { recursive: true });
      await writeFile(join(path, name, file), text);
    }
  }
  return path;
}

/** The lines that a terminal or a CI system would obey, or that begin with what a chart wrote. */
function dangerousLines(text: string): string[] {
  const isDangerous = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]|^\s*::\w|##\w*\[|^(?:::|--- |##)/u;
  return text.split("\n").filter((line) => isDangerous.test(line));
}

describe("the texts of a chart", () => {
  it("neither command a terminal nor a CI system, and are exact in a JSON report", async () => {
    const cwd = await writeCharts();
    const plain = await runCli(["check", ".", "--junit", "report.xml"], { cwd });
    // One chart calls fail: it could not be checked.
    expect(plain.exitCode).toBe(3);
    expect(dangerousLines(plain.stdout)).toEqual([]);
    expect(dangerousLines(plain.stderr)).toEqual([]);
    expect(plain.stdout).toContain("x\\u001b[2J\\u001b]0;title\\u0007\\u009b31m\\u202e\\u2028");
    expect(plain.stdout).toContain("\\::error file=a.yaml,line=1::red");
    expect(plain.stdout).toContain("#\\#vso[task.setvariable variable=a]b");
    const junit = await readFile(join(cwd, "report.xml"), "utf8");
    expect(junit.match(/(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\ufffe\uffff]/gu)).toBeNull();

    const json = await runCli(["check", "message", "named", "--json"], { cwd });
    expect(dangerousLines(json.stderr)).toEqual([]);
    const { trials } = JSON.parse(json.stdout) as {
      trials: { chart: { name: string }; steps: { error?: { message: string } }[] }[];
    };
    expect(trials.map(({ chart }) => chart.name)).toContain(attack);
    expect(trials.flatMap(({ steps }) => steps.map(({ error }) => error?.message)).join("\n")).toContain(attack);
  });

  it("are harmless in an error that ends the command, too", async () => {
    const cwd = await writeCharts();
    for (const args of [
      ["check", "message", "--filter", attack],
      ["check", `${attack}`],
      ["check", "message", "--crds", `directory${ESC}[31m ##[error]x`],
    ]) {
      const { exitCode, stdout, stderr } = await runCli(args, { cwd });
      expect([exitCode, dangerousLines(stdout), dangerousLines(stderr)]).toEqual([2, [], []]);
    }
  });
});
